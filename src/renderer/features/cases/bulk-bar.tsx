import { Menu, Modal, TagsInput, TextInput } from '@mantine/core';
import { IconDots, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { BulkChange } from '../../../shared/contract/case-list.ts';
import { PAP_LABELS, type Pap, TLP_LABELS, type Tlp } from '../../../shared/model/marking.ts';
import { ChoiceMenu, SEVERITY_WORDS } from '../../ui/chips.tsx';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { TagField } from '../../ui/tag-field.tsx';
import { CloseForm } from './close-form.tsx';
import { useBulkCases } from './queries.ts';
import type { CaseSelection } from '../../../shared/contract/case-list.ts';

type Dialog = 'edit' | 'close';

/** What can be done with several cases at once. The toolbar is back when nothing is selected. */
export function BulkBar(props: {
  n: number;
  total: number;
  isAll: boolean;
  selection: CaseSelection;
  tags: readonly string[];
  onSelectAll(): void;
  onMerge: (() => void) | undefined;
  onExport(): void;
  onDone(): void;
}) {
  const [dialog, setDialog] = useState<Dialog>();
  const bulk = useBulkCases();
  const run = (change: BulkChange): void =>
    bulk.mutate(
      { selection: props.selection, change },
      {
        onSuccess: () => {
          setDialog(undefined);
          props.onDone();
        },
      },
    );
  useKeys([
    { keys: 'e', label: 'Edit the selected cases…', run: () => setDialog('edit') },
    { keys: 'Delete', label: 'Move the selected cases to the trash', run: () => run({ kind: 'trash' }) },
  ]);
  return (
    <div className="toolbar selection" role="toolbar" aria-label="Selected cases">
      <span className="m f12">{count(props.n)} selected</span>
      {!props.isAll && props.total > props.n && (
        <button type="button" className="lnk f12 m el" onClick={props.onSelectAll}>
          Select all {count(props.total)} that match
        </button>
      )}
      <Button size="small" keys="e" onClick={() => setDialog('edit')}>
        Edit… <Kbd keys={['E']} />
      </Button>
      <Button size="small" onClick={() => run({ kind: 'edit', isFlagged: true })}>
        Star
      </Button>
      <Button size="small" onClick={() => setDialog('close')}>
        Close…
      </Button>
      {props.onMerge && (
        <Button size="small" onClick={props.onMerge}>
          Merge…
        </Button>
      )}
      <Menu position="bottom-start">
        <Menu.Target>
          <Button size="small" kind="ghost" isIcon label="More for the selected cases">
            <IconDots size={15} stroke={1.75} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => run({ kind: 'edit', isFlagged: false })}>Take the star off</Menu.Item>
          <Menu.Item onClick={() => run({ kind: 'reopen' })}>Open again</Menu.Item>
          <Menu.Item onClick={props.onExport}>Export as CSV</Menu.Item>
          <Menu.Divider />
          <Menu.Item rightSection={<Kbd keys={['Delete']} />} onClick={() => run({ kind: 'trash' })}>
            Move to the trash
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <span className="right" />
      {bulk.isPending && <span className="f12 t3">Changing…</span>}
      {bulk.error && !dialog && <span className="f12">{bulk.error.message}</span>}
      <Button size="small" kind="ghost" isIcon label="Clear selection" keys="Escape" onClick={props.onDone}>
        <IconX size={15} stroke={1.75} />
      </Button>
      <Modal
        opened={dialog === 'edit'}
        onClose={() => setDialog(undefined)}
        title={`Edit ${plural(props.n, 'case')}`}
        size="md"
      >
        <BulkEdit
          n={props.n}
          tags={props.tags}
          error={bulk.error}
          isPending={bulk.isPending}
          onRun={run}
          onClose={() => setDialog(undefined)}
        />
      </Modal>
      <Modal
        opened={dialog === 'close'}
        onClose={() => setDialog(undefined)}
        title={`Close ${plural(props.n, 'case')}`}
        size="lg"
      >
        <CloseForm
          openTasks={[]}
          blocking={[]}
          summary=""
          verb={`Close ${count(props.n)}`}
          error={bulk.error}
          isPending={bulk.isPending}
          onClose={() => setDialog(undefined)}
          onSubmit={(closing) => run({ kind: 'close', closing: { ...closing, closeTasks: true } })}
        >
          <p className="f12 t2">
            Their open tasks are closed with them. Cases with a mandatory task or field still open stay as they are.
          </p>
        </CloseForm>
      </Modal>
    </div>
  );
}

const KEEP = 'keep';
const withKeep = <T extends string>(
  options: readonly T[],
  word: (value: T) => string,
): { value: T | typeof KEEP; label: string }[] => [
  { value: KEEP, label: 'As it is' },
  ...options.map((value) => ({ value, label: word(value) })),
];

/** Changes what is touched here on every selected case, and nothing else. */
function BulkEdit(props: {
  n: number;
  tags: readonly string[];
  error: unknown;
  isPending: boolean;
  onRun(change: BulkChange): void;
  onClose(): void;
}) {
  const [severity, setSeverity] = useState<string>(KEEP);
  const [tlp, setTlp] = useState<Tlp | typeof KEEP>(KEEP);
  const [pap, setPap] = useState<Pap | typeof KEEP>(KEEP);
  const [assignee, setAssignee] = useState('');
  const [addTags, setAddTags] = useState<string[]>([]);
  const [removeTags, setRemoveTags] = useState<string[]>([]);
  const change: BulkChange = {
    kind: 'edit',
    ...(severity === KEEP ? {} : { severity: Number(severity) }),
    ...(tlp === KEEP ? {} : { tlp }),
    ...(pap === KEEP ? {} : { pap }),
    ...(assignee.trim() === '' ? {} : { assignee: assignee.trim() }),
    ...(addTags.length === 0 ? {} : { addTags }),
    ...(removeTags.length === 0 ? {} : { removeTags }),
  };
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        props.onRun(change);
      }}
    >
      <div className="bulk-fields">
        <span className="f12 t2">Severity</span>
        <ChoiceMenu
          label="Severity"
          value={severity}
          options={withKeep<string>(['4', '3', '2', '1'], (value) => SEVERITY_WORDS[Number(value) - 1] ?? value)}
          onChange={setSeverity}
        />
        <span className="f12 t2">TLP</span>
        <ChoiceMenu<Tlp | typeof KEEP>
          label="TLP"
          value={tlp}
          options={withKeep(TLP_LABELS, (value) => value.toUpperCase())}
          onChange={setTlp}
        />
        <span className="f12 t2">PAP</span>
        <ChoiceMenu<Pap | typeof KEEP>
          label="PAP"
          value={pap}
          options={withKeep(PAP_LABELS, (value) => value.toUpperCase())}
          onChange={setPap}
        />
      </div>
      <TextInput
        label="Assignee"
        placeholder="As it is"
        maxLength={200}
        value={assignee}
        onChange={(event) => setAssignee(event.currentTarget.value)}
      />
      <TagField label="Add tags" max={50} tags={addTags} onChange={setAddTags} />
      <TagsInput
        label="Remove tags"
        data={[...props.tags]}
        limit={50}
        maxTags={50}
        value={removeTags}
        onChange={setRemoveTags}
      />
      {props.error !== null && props.error !== undefined && <ErrorNote error={props.error} />}
      <div className="dialog-actions">
        <Button onClick={props.onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={Object.keys(change).length === 1 || props.isPending}>
          Change {count(props.n)}
        </Button>
      </div>
    </form>
  );
}
