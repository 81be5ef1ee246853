import { useMemo, useState } from 'react';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { aroundChanges, diffText, type DiffRow } from './diff-text.ts';

const AROUND = 3;
/** More rows than this come when they are asked for. */
const DRAWN = 1_500;

const SIGNS = { same: '', added: '+', removed: '−', changed: '~' } as const;
const WORDS = { same: '', added: 'Added: ', removed: 'Removed: ', changed: 'Changed: ' } as const;

/** What changed between two versions: added and removed by sign and line through, never by colour alone. */
export default function DiffView({ before, after }: { before: string; after: string }) {
  const diff = useMemo(() => diffText(before, after), [before, after]);
  const [most, setMost] = useState(DRAWN);
  if ('tooMuch' in diff) return <p className="t2 diff-note">{diff.tooMuch}</p>;
  if (diff.added + diff.removed === 0) return <p className="t3 diff-note">The text is the same.</p>;
  const rows = aroundChanges(diff.rows, AROUND);
  return (
    <div className="diff">
      <p className="f12 t3 diff-note">
        {plural(diff.added, 'line')} added, {plural(diff.removed, 'line')} removed
      </p>
      {rows.slice(0, most).map((row, index) =>
        typeof row === 'number' ? (
          <p className="f12 t3 diff-gap" key={index}>
            {plural(row, 'line')} the same
          </p>
        ) : (
          <Row row={row} key={index} />
        ),
      )}
      {rows.length > most && (
        <button type="button" className="lnk" onClick={() => setMost(most + DRAWN)}>
          Show more
        </button>
      )}
    </div>
  );
}

function Row({ row }: { row: DiffRow }) {
  return (
    <div className="diff-row" data-kind={row.kind}>
      <span className="diff-sign" aria-hidden="true">
        {SIGNS[row.kind]}
      </span>
      <span className="breaks">
        {row.kind !== 'same' && <span className="visually-hidden">{WORDS[row.kind]}</span>}
        {row.parts.map((part, index) =>
          part.kind === 'added' ? (
            <ins key={index}>
              <Text>{part.text}</Text>
            </ins>
          ) : part.kind === 'removed' ? (
            <del key={index}>
              <Text>{part.text}</Text>
            </del>
          ) : (
            <Text key={index}>{part.text}</Text>
          ),
        )}
      </span>
    </div>
  );
}
