import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { count, fileSize, plural } from '../../ui/format.ts';
import { ClippedText, Text } from '../../ui/text.tsx';
import { Value } from '../../ui/value.tsx';
import { useDefangProse } from './known-hosts-context.ts';
import { guessType } from './value-guess.ts';
import { isScalar, labelWords, scalarText, shapeOf } from './report-shape.ts';

/** Deeper levels start folded; no report is drawn deeper than this. */
const OPEN_DEPTH = 2;
const MOST_DEPTH = 24;
const FIRST_ITEMS = 50;
const MORE_ITEMS = 500;

/** Anything a report may hold, readable: records as pairs, lists of records as tables, the deep folded, the huge clipped. */
export function JsonView({ value, depth = 0, name = '' }: { value: unknown; depth?: number; name?: string }) {
  const shape = shapeOf(value);
  switch (shape.kind) {
    case 'empty':
      return <span className="t3">empty</span>;
    case 'scalar':
      return <Scalar value={value} name={name} />;
    case 'record':
      return <RecordView entries={shape.entries} depth={depth} />;
    case 'table':
      return <TableView columns={shape.columns.map((key) => [key, labelWords(key)] as const)} rows={shape.rows} />;
    case 'list':
      return <ListView items={shape.items} depth={depth} />;
  }
}

function RecordView({ entries, depth }: { entries: readonly (readonly [string, unknown])[]; depth: number }) {
  const [shown, setShown] = useState(FIRST_ITEMS * 2);
  return (
    <dl className="json-record">
      {entries.slice(0, shown).map(([key, value]) => (
        <div key={key} className={isScalar(value) ? undefined : 'nested'}>
          <dt title={key.slice(0, 500)}>
            <Text>{labelWords(key)}</Text>
          </dt>
          <dd>
            <Nested value={value} depth={depth + 1} name={key} />
          </dd>
        </div>
      ))}
      <More left={entries.length - shown} what="field" onMore={() => setShown(shown + MORE_ITEMS)} />
    </dl>
  );
}

function ListView({ items, depth }: { items: readonly unknown[]; depth: number }) {
  const [shown, setShown] = useState(FIRST_ITEMS);
  return (
    <ul className="json-list">
      {items.slice(0, shown).map((item, index) => (
        <li key={index}>
          <Nested value={item} depth={depth + 1} />
        </li>
      ))}
      <More left={items.length - shown} what="item" onMore={() => setShown(shown + MORE_ITEMS)} />
    </ul>
  );
}

/** A list of records; `columns` are keys with their heads. */
export function TableView({
  columns,
  rows,
}: {
  columns: readonly (readonly [string, string])[];
  rows: readonly Record<string, unknown>[];
}) {
  const [shown, setShown] = useState(FIRST_ITEMS);
  return (
    <>
      <div className="json-table scroll">
        <table>
          <thead>
            <tr>
              {columns.map(([key, head]) => (
                <th key={key} scope="col">
                  <Text>{head}</Text>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row, index) => (
              <tr key={index}>
                {columns.map(([key]) => (
                  <td key={key}>
                    <Cell value={row[key]} name={key} row={row} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More left={rows.length - shown} what="row" onMore={() => setShown(shown + MORE_ITEMS)} />
    </>
  );
}

const CELL_ITEMS = 20;

function Cell({ value, name, row }: { value: unknown; name: string; row: Record<string, unknown> }) {
  const defangProse = useDefangProse();
  if (!Array.isArray(value)) return <Scalar value={value} name={name} row={row} clip={300} />;
  const text = value
    .slice(0, CELL_ITEMS)
    .map((each: unknown) => (isScalar(each) ? scalarText(each) : placeWords(each)));
  const more = value.length > CELL_ITEMS ? `, and ${value.length - CELL_ITEMS} more` : '';
  return <ClippedText clip={300}>{defangProse(`${text.join(', ')}${more}`)}</ClippedText>;
}

/** A place of the extractor as "/body.txt, line 4"; any other record as short JSON. */
function placeWords(value: unknown): string {
  const { part, line, page } = value as { part?: unknown; line?: unknown; page?: unknown };
  if (typeof part !== 'string') return JSON.stringify(value).slice(0, 200);
  return `${part}${typeof line === 'number' ? `, line ${line}` : ''}${typeof page === 'number' ? `, page ${page}` : ''}`;
}

/** One string, number or flag: an observable defanged in mono, prose with its addresses defanged. */
function Scalar(props: { value: unknown; name: string; row?: Record<string, unknown>; clip?: number }) {
  const { value, name } = props;
  const defangProse = useDefangProse();
  if (typeof value === 'number' && /size|bytes/i.test(name)) return <>{fileSize(value)}</>;
  const text = scalarText(value);
  const type = typeof value === 'string' ? guessType(value, name, props.row) : undefined;
  if (type !== undefined) return <Value dataType={type} value={text} isWhole />;
  return (
    <span className="json-scalar">
      <ClippedText {...(props.clip === undefined ? {} : { clip: props.clip })}>{defangProse(text)}</ClippedText>
    </span>
  );
}

/** A value inside another: short ones in line, records and lists under a head that folds. */
function Nested({ value, depth, name = '' }: { value: unknown; depth: number; name?: string }) {
  const shape = shapeOf(value);
  const [isOpen, setOpen] = useState(depth <= OPEN_DEPTH);
  if (shape.kind === 'empty' || shape.kind === 'scalar') return <JsonView value={value} name={name} />;
  if (depth > MOST_DEPTH) return <span className="t3">nested deeper than is shown here; Raw JSON has it</span>;
  const size =
    shape.kind === 'record'
      ? plural(shape.entries.length, 'field')
      : plural(shape.kind === 'table' ? shape.rows.length : shape.items.length, 'item');
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <>
      <button type="button" className="row tight t3 f12" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Chevron size={13} stroke={1.75} aria-hidden="true" />
        {size}
      </button>
      {isOpen && <JsonView value={value} depth={depth} />}
    </>
  );
}

function More({ left, what, onMore }: { left: number; what: string; onMore(): void }) {
  if (left <= 0) return null;
  return (
    <button type="button" className="lnk f12 json-more" onClick={onMore}>
      Show more ({plural(left, what)} left of what the report holds, {count(Math.min(left, MORE_ITEMS))} at a time)
    </button>
  );
}
