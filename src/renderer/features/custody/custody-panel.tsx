import { IconAlertTriangle, IconCopy, IconDownload, IconLink } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { Case } from '../../../shared/contract/entities.ts';
import { copyText } from '../../ui/copy.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { DateTime } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import { MiddleCut } from '../../ui/value.tsx';
import { saveText } from '../../ui/save-text.ts';
import { CUSTODY_WORDS, custodyMore } from './custody-words.ts';
import { chainQuery, custodyQuery, custodyText } from './queries.ts';
import './custody.css';

/** Who had a file and what was done with it, the newest first, and whether the log of its case holds. */
export function CustodyPanel({ found, evidenceId }: { found: Case; evidenceId: string }) {
  const { data, error } = useQuery(custodyQuery(found.id, evidenceId));
  const save = useMutation({
    mutationFn: async () => {
      const name = `custody-case-${found.number}.jsonl`;
      saveText(name, await custodyText(found.id), 'application/x-ndjson');
      return name;
    },
    onSuccess: (name) => toast(`Custody log saved as ${name}`),
  });
  return (
    <section className="section" aria-label="Custody">
      <div className="row">
        <h2 className="grow">Custody</h2>
        <Button kind="ghost" size="small" isDisabled={save.isPending} onClick={() => save.mutate()}>
          <IconDownload size={14} stroke={1.75} /> Save the log
        </Button>
      </div>
      <ChainState caseId={found.id} />
      {(error ?? save.error) && <ErrorNote error={error ?? save.error} />}
      {data?.items.length === 0 && (
        <p className="f12 t3">It came in before this log was kept. What is done with it from now on will stand here.</p>
      )}
      <ol className="custody">
        {data?.items.map((entry) => {
          const more = custodyMore(entry);
          return (
            <li key={entry.position}>
              <span className="row">
                <b className="m grow">{CUSTODY_WORDS[entry.event]}</b>
                <span className="f12 t3 num" title={`Entry ${entry.position} of the case`}>
                  {entry.position}
                </span>
              </span>
              <span className="f12 t2">
                <DateTime at={entry.at} />, <Text>{entry.actor}</Text>
              </span>
              {more !== '' && (
                <span className="f12 t3 breaks">
                  <Text>{more}</Text>
                </span>
              )}
            </li>
          );
        })}
      </ol>
      {data && data.next !== null && (
        <p className="f12 t3">The newest {data.items.length}. All of them are in the saved log.</p>
      )}
    </section>
  );
}

function ChainState({ caseId }: { caseId: string }) {
  const { data } = useQuery(chainQuery(caseId));
  if (!data || data.entries === 0) return null;
  if (data.brokenAt !== null) {
    return (
      <div className="note" role="alert">
        <IconAlertTriangle size={15} stroke={1.75} aria-hidden="true" />
        <span className="grow">
          <b className="m">The log does not hold.</b> Entry {data.brokenAt} was changed outside Osmia. Keep a copy of
          the workspace as it is, and restore a backup beside it to compare.
        </span>
      </div>
    );
  }
  return (
    <p className="row tight f12 t3 custody-chain" title="Written down elsewhere, it proves what the log held then">
      <IconLink size={13} stroke={1.75} aria-hidden="true" />
      {plural(data.entries, 'entry', 'entries')}, the chain holds. Head
      <span className="row tight custody-head">
        <MiddleCut text={data.head} />
        <button
          type="button"
          className="t3"
          aria-label="Copy the head of the chain"
          onClick={() => void copyText(data.head, 'Copied the head of the chain')}
        >
          <IconCopy size={13} stroke={1.75} />
        </button>
      </span>
    </p>
  );
}
