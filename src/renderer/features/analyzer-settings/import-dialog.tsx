import { FileButton, Modal } from '@mantine/core';
import { useState } from 'react';
import type { ImportLine } from '../../../shared/contract/config.ts';
import type { Output } from '../../api/client.ts';
import { Button, FilterChip } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { useImportCortex } from './queries.ts';
import './analyzer-settings.css';

const WORDS: Readonly<Record<ImportLine['result'], string>> = {
  set: 'Taken over',
  adapted: 'Adapted',
  left: 'Left out',
  empty: 'No value',
};
const RESULTS = ['left', 'adapted', 'set', 'empty'] as const;
const MOST_LINES = 2_000;

/** Settings of a Cortex organisation: first what would become of each, then, if wanted, so. */
export function ImportCortex() {
  const [json, setJson] = useState<string>();
  const run = useImportCortex();
  const close = (): void => {
    // The file holds keys: nothing of it stays in the page.
    setJson(undefined);
    run.reset();
  };
  const choose = async (file: File | null): Promise<void> => {
    if (!file) return;
    const text = await file.text();
    setJson(text);
    run.mutate({ json: text, apply: false });
  };
  return (
    <section aria-labelledby="settings-import">
      <h2 id="settings-import">From Cortex</h2>
      <div>
        <FileButton accept="application/json,.json" onChange={(file) => void choose(file)}>
          {(props) => <Button {...props}>Take over an organisation’s settings…</Button>}
        </FileButton>
        <p className="help">
          A file with what Cortex answers an organisation’s administrator at <span className="mono">/api/analyzer</span>
          , <span className="mono">/api/responder</span> and <span className="mono">/api/analyzerconfig</span>. You see
          what becomes of every setting before anything is stored.
        </p>
      </div>
      <Modal opened={json !== undefined} onClose={close} title="Settings from Cortex" size="xl">
        {run.isPending && <p className="t2 f12">Reading…</p>}
        {run.error && <ErrorNote error={run.error} />}
        {run.data && (
          <Found
            found={run.data}
            onClose={close}
            onApply={() =>
              json !== undefined &&
              run.mutate(
                { json, apply: true },
                { onSuccess: ({ counts }) => toast(`${plural(counts.set + counts.adapted, 'setting')} taken over`) },
              )
            }
          />
        )}
      </Modal>
    </section>
  );
}

function Found(props: { found: Output<'config.importCortex'>; onApply(): void; onClose(): void }) {
  const { lines, counts, isApplied } = props.found;
  const [shown, setShown] = useState<ReadonlySet<ImportLine['result']>>(new Set(['left', 'adapted', 'set']));
  const taken = counts.set + counts.adapted;
  const visible = lines.filter((line) => shown.has(line.result));
  return (
    <>
      <p className="f12 t2">
        {plural(counts.workers, 'analyzer or responder', 'analyzers and responders')}: {plural(taken, 'setting')}{' '}
        {isApplied ? 'taken over' : 'to take over'}, {plural(counts.secrets, 'secret')} among them.
      </p>
      <div className="row tight wrap" style={{ margin: '8px 0' }}>
        {RESULTS.map((result) => (
          <FilterChip
            key={result}
            label={WORDS[result]}
            count={counts[result]}
            isOn={shown.has(result)}
            onToggle={() => {
              const next = new Set(shown);
              if (!next.delete(result)) next.add(result);
              setShown(next);
            }}
          />
        ))}
      </div>
      <ul className="import-lines f12 breaks">
        {visible.slice(0, MOST_LINES).map((line, index) => (
          <li key={index}>
            <span className="t3">{WORDS[line.result]}</span>
            <span>
              <span className="m">
                <Text>{line.where}</Text>
              </span>{' '}
              <Text>{line.setting}</Text>{' '}
              <span className="t2">
                <Text>{line.message}</Text>
              </span>
            </span>
          </li>
        ))}
      </ul>
      {visible.length > MOST_LINES && <p className="help">And {plural(visible.length - MOST_LINES, 'more line')}.</p>}
      <div className="dialog-actions">
        <Button onClick={props.onClose}>{isApplied ? 'Close' : 'Take over nothing'}</Button>
        {!isApplied && (
          <Button kind="primary" isDisabled={taken === 0} onClick={props.onApply}>
            Take over {taken}
          </Button>
        )}
      </div>
    </>
  );
}
