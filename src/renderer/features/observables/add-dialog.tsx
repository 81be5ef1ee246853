import { Checkbox, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Pap, Tlp } from '../../../shared/model/marking.ts';
import { callCore } from '../../api/client.ts';
import { PapPicker, TlpPicker } from '../../ui/chips.tsx';
import { Button, Segmented } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { TagField } from '../../ui/tag-field.tsx';
import { offerUndo } from '../../ui/toast.tsx';
import { AddFiles, type FileChoice } from './add-files.tsx';
import { AddResult } from './add-result.tsx';
import { addFile, addLines, type Common, type Gesture, nameOf, type Outcome, PasswordNeeded } from './add-run.ts';
import { linesOf, MAX_LINES, type Mapping, type NewLine, type Table } from './add-table.ts';
import { AddTable } from './add-table-view.tsx';

type Way = 'lines' | 'one' | 'table' | 'files';

const WAYS: readonly { value: Way; label: string }[] = [
  { value: 'lines', label: 'Values' },
  { value: 'one', label: 'One long value' },
  { value: 'table', label: 'Table' },
  { value: 'files', label: 'Files' },
];

interface Props {
  caseId: string;
  engagementId: string;
  marking: { tlp: Tlp; pap: Pap } | undefined;
}

/** Values, a table or files into a case; what became of each line is shown, and nothing is lost. */
export function AddDialog({ isOpen, onClose, ...rest }: Props & { isOpen: boolean; onClose(): void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Add observables" size="xl">
      <AddForm {...rest} onClose={onClose} />
    </Modal>
  );
}

interface Done {
  outcomes: Outcome[];
  common: Common;
  /** Files whose archive wants a password. */
  locked: { choice: FileChoice; index: number; intakeId: string }[];
}

function AddForm({ caseId, engagementId, marking, onClose }: Props & { onClose(): void }) {
  const [way, setWay] = useState<Way>('lines');
  const [text, setText] = useState('');
  const [one, setOne] = useState('');
  const [table, setTable] = useState<{ table: Table; mapping: Mapping }>();
  const [files, setFiles] = useState<FileChoice[]>([]);
  const [tlp, setTlp] = useState<Tlp>();
  const [pap, setPap] = useState<Pap>();
  const [tags, setTags] = useState<readonly string[]>([]);
  const [isIoc, setIoc] = useState(false);
  const [isSighted, setSighted] = useState(false);
  const [message, setMessage] = useState('');
  const [progress, setProgress] = useState<{ done: number; total: number; stop(): void }>();
  const [done, setDone] = useState<Done>();
  const [error, setError] = useState<unknown>();

  const lines: NewLine[] =
    way === 'lines'
      ? unique(text.split('\n'))
      : way === 'one'
        ? one.trim() === ''
          ? []
          : [{ value: one.trim() }]
        : way === 'table' && table
          ? linesOf(table.table, table.mapping)
          : [];
  const size = way === 'files' ? files.length : lines.length;
  const isTooMany = lines.length > MAX_LINES;
  const common: Common = { caseId, engagementId, tlp, pap, tags, isIoc, isSighted, message: message.trim() };

  const run = async (work: (gesture: Gesture) => Promise<Done>, total: number): Promise<void> => {
    const stop = new AbortController();
    const group = crypto.randomUUID();
    const onProgress = (at: number): void => setProgress({ done: at, total, stop: () => stop.abort() });
    onProgress(0);
    setError(undefined);
    try {
      const result = await work({ group, signal: stop.signal, onProgress });
      const added = result.outcomes.filter(({ state }) => state === 'added' || state === 'merged').length;
      if (added > 0) offerUndo(`${plural(added, 'observable')} added`, () => void callCore('changes.undo', { group }));
      const isClean = result.locked.length === 0 && result.outcomes.every(({ state }) => state === 'added');
      if (isClean && !stop.signal.aborted) return onClose();
      setDone(result);
    } catch (failure) {
      setError(failure);
    } finally {
      setProgress(undefined);
    }
    return undefined;
  };
  const submit = (): void => {
    if (size === 0 || isTooMany || progress) return;
    void (way === 'files'
      ? run(
          (gesture) =>
            addAllFiles(
              common,
              files.map((choice, index) => ({ choice, index })),
              gesture,
            ),
          files.length,
        )
      : run(
          async (gesture) => ({ outcomes: await addLines(common, lines, gesture), common, locked: [] }),
          lines.length,
        ));
  };

  if (done)
    return (
      <AddResult
        outcomes={done.outcomes}
        locked={done.locked.map(({ choice }) => choice.chosen)}
        isBusy={progress !== undefined}
        error={error}
        onClose={onClose}
        onMore={() => setDone(undefined)}
        onKeep={(kept) => {
          const sources = kept.flatMap(({ source }) => source ?? []);
          void run(async (gesture) => {
            const again = await addLines(done.common, sources, gesture, true);
            const numbered = again.map((each, i) => ({ ...each, line: kept[i]?.line ?? each.line }));
            return { ...done, outcomes: [...done.outcomes.filter((each) => !kept.includes(each)), ...numbered] };
          }, sources.length);
        }}
        onPassword={(password) =>
          void run(async (gesture) => {
            const next = await addAllFiles(
              done.common,
              done.locked.map((each) => ({ ...each, choice: { ...each.choice, password } })),
              gesture,
            );
            return { ...next, outcomes: [...done.outcomes, ...next.outcomes] };
          }, done.locked.length)
        }
      />
    );
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
      }}
    >
      <Segmented<Way> label="What to add" value={way} options={WAYS} onChange={setWay} />
      {way === 'lines' && (
        <Textarea
          label="Values, one a line"
          description="Defanged is fine: hxxp and [.] are undone. The type is found for each."
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          classNames={{ input: 'mono' }}
          rows={9}
          spellCheck={false}
          data-autofocus
          value={text}
          error={isTooMany ? `At most ${count(MAX_LINES)} at once. Take the rest in a second go.` : undefined}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      {way === 'one' && (
        <Textarea
          label="One value, lines and all"
          description="A user agent, a command, a regular expression: kept as it stands."
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          classNames={{ input: 'mono' }}
          rows={9}
          spellCheck={false}
          maxLength={65_536}
          value={one}
          onChange={(event) => setOne(event.target.value)}
        />
      )}
      {way === 'table' && <AddTable value={table} onChange={setTable} />}
      {way === 'files' && <AddFiles files={files} onChange={setFiles} />}
      <div className="row wrap">
        <TlpPicker label="All of them" value={tlp ?? marking?.tlp ?? 'amber'} onChange={setTlp} />
        <PapPicker label="All of them" value={pap ?? marking?.pap ?? 'amber'} onChange={setPap} />
        <Checkbox label="IOC" checked={isIoc} onChange={(event) => setIoc(event.currentTarget.checked)} />
        <Checkbox label="Sighted" checked={isSighted} onChange={(event) => setSighted(event.currentTarget.checked)} />
      </div>
      <TagField label="Tags" tags={tags} max={100} onChange={setTags} />
      <Textarea
        label="Description"
        autosize
        minRows={1}
        maxRows={4}
        value={message}
        onChange={(event) => setMessage(event.target.value)}
      />
      {error !== undefined && <ErrorNote error={error} />}
      <div className="dialog-actions">
        {progress && (
          <span className="f12 t2 row grow" role="status">
            {count(progress.done)} of {count(progress.total)}
            <button type="button" className="lnk" onClick={progress.stop}>
              Stop
            </button>
          </span>
        )}
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={size === 0 || isTooMany || progress !== undefined}>
          Add {count(size)}
        </Button>
      </div>
    </form>
  );
}

const unique = (lines: readonly string[]): NewLine[] =>
  [...new Set(lines.map((line) => line.trim()))].filter((line) => line !== '').map((value) => ({ value }));

/** One after the other; what fails is an outcome, and an archive that wants a password is kept for later. */
async function addAllFiles(
  common: Common,
  files: readonly { choice: FileChoice; index: number; intakeId?: string }[],
  gesture: Gesture,
): Promise<Done> {
  const outcomes: Outcome[] = [];
  const locked: Done['locked'] = [];
  for (const [at, { choice, index, intakeId }] of files.entries()) {
    if (gesture.signal.aborted) break;
    try {
      const found = await addFile(common, choice.chosen, { ...choice, intakeId }, gesture);
      outcomes.push(...found.map((each) => ({ ...each, line: index + 1 })));
    } catch (failure) {
      if (failure instanceof PasswordNeeded) locked.push({ choice, index, intakeId: failure.intakeId });
      else {
        const reason = failure instanceof Error ? failure.message : String(failure);
        outcomes.push({ line: index + 1, text: nameOf(choice.chosen), state: 'refused', reason });
      }
    }
    gesture.onProgress(at + 1);
  }
  return { outcomes, common, locked };
}
