import { IconArrowUpRight, IconCpu, IconDeviceLaptop, IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Flavor } from '../../../shared/contract/entities.ts';
import { CardFacts } from '../../ui/card-facts.tsx';
import { Tag } from '../../ui/chips.tsx';
import { Empty, FilterField, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { typeWords } from '../../ui/icons.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Text } from '../../ui/text.tsx';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { defectsQuery, flavorsQuery } from './queries.ts';
import { Sources } from './sources.tsx';
import './analyzers.css';

/** The catalogue: what each analyzer takes, what it sends, and why it cannot run where it cannot. */
export function AnalyzersPage() {
  const { data, error, refetch } = useQuery(flavorsQuery);
  const { data: defects } = useQuery(defectsQuery);
  const [text, setText] = useState('');
  const [cursor, setCursor] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const asked = text.trim().toLowerCase();
  const rows = (data ?? []).filter((each) =>
    [each.name, each.description, each.source, ...each.dataTypes].some((part) => part.toLowerCase().includes(asked)),
  );
  const at = Math.min(cursor, rows.length - 1);
  const current = rows[at];
  useKeys([
    { keys: 'j', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'k', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'ArrowDown', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'ArrowUp', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: '/', run: () => field.current?.focus() },
  ]);
  const ready = (data ?? []).filter((each) => each.cannotRun === null).length;
  return (
    <>
      <div className="page-head">
        <h1>Analyzers</h1>
        <span className="f12 t3">{data && `${count(ready)} of ${count(data.length)} can run`}</span>
      </div>
      <div className="analyzers">
        <section aria-label="Catalogue">
          <div className="toolbar">
            <FilterField label="Filter analyzers" value={text} onChange={setText} field={field} />
          </div>
          {error && (
            <div className="section">
              <ErrorNote error={error} onRetry={() => void refetch()} />
            </div>
          )}
          {!data && !error && <Skeleton />}
          {data && rows.length === 0 && (
            <Empty icon={IconCpu} title="No analyzer matches">
              {data.length === 0
                ? 'Add a folder in the Cortex layout at the right.'
                : 'Clear the filter to see them all.'}
            </Empty>
          )}
          {rows.length > 0 && (
            <VirtualGrid
              label="Analyzers"
              rows={rows}
              rowKey={(row) => row.id}
              rowHeight={() => 40}
              columns="16px minmax(120px, 1fr) minmax(100px, 1fr) minmax(110px, 180px) minmax(90px, 1.2fr)"
              head={
                <>
                  <span role="columnheader">
                    <span className="visually-hidden">Where it runs</span>
                  </span>
                  <span role="columnheader">Analyzer</span>
                  <span role="columnheader">Takes</span>
                  <span role="columnheader">What leaves</span>
                  <span role="columnheader">State</span>
                </>
              }
              cursor={at}
              onCursor={setCursor}
              renderRow={(row) => <Cells flavor={row} />}
            />
          )}
        </section>
        <aside className="scroll analyzer-side" aria-label="About it">
          {current && <Card flavor={current} />}
          <Sources />
          {defects && defects.length > 0 && (
            <div className="section">
              <h2>
                Defects <span className="t3 f12">{plural(defects.length, 'line')}</span>
              </h2>
              <ul className="f12 t2 breaks">
                {defects.slice(0, 100).map((defect, index) => (
                  <li key={index}>
                    <span className="mono">
                      <Text>{defect.file}</Text>
                    </span>
                    : <Text>{defect.message}</Text>
                    {defect.isFatal && ' It is not loaded.'}
                  </li>
                ))}
              </ul>
            </div>
          )}
        </aside>
      </div>
    </>
  );
}

function Cells({ flavor }: { flavor: Flavor }) {
  return (
    <>
      <span role="gridcell" className="t3">
        {flavor.isLocal ? (
          <IconDeviceLaptop size={15} stroke={1.75} role="img" aria-label="Runs here" />
        ) : (
          <IconArrowUpRight size={15} stroke={1.75} role="img" aria-label="Sends" />
        )}
      </span>
      <span role="gridcell" className="el" title={flavor.id}>
        <span className="m">
          <Text>{flavor.name}</Text>
        </span>{' '}
        <span className="t3">
          <Text>{flavor.version}</Text>
        </span>
      </span>
      <span role="gridcell" className="f12 t2 el" title={flavor.dataTypes.map(typeWords).join(', ')}>
        <Text>{flavor.dataTypes.map(typeWords).join(', ')}</Text>
      </span>
      <span role="gridcell" className="f12 t2 el" title={flavor.card.leaves}>
        <Text>{flavor.isLocal ? 'Nothing' : flavor.card.leaves}</Text>
      </span>
      <span role="gridcell" className="why">
        {flavor.cannotRun === null ? (
          <>
            <span className="health" aria-hidden="true" />
            Can run
          </>
        ) : (
          <>
            <IconPlugConnectedX size={14} stroke={1.75} className="t3" aria-hidden="true" />
            <span className="el" title={flavor.cannotRun.message}>
              <Text>{flavor.cannotRun.message}</Text>
            </span>
          </>
        )}
      </span>
    </>
  );
}

/** Minutes as the largest whole unit: 1,440 is a day. */
function cacheWords(minutes: number): string {
  if (minutes % 1_440 === 0) return plural(minutes / 1_440, 'day');
  return minutes % 60 === 0 ? plural(minutes / 60, 'hour') : plural(minutes, 'minute');
}

function Card({ flavor }: { flavor: Flavor }) {
  return (
    <div className="section">
      <h2>
        <Text>{flavor.name}</Text> <Text>{flavor.version}</Text>
      </h2>
      <p className="t2 f12 breaks">
        <Text>{flavor.description}</Text>
      </p>
      <div className="row tight wrap" style={{ margin: '8px 0' }}>
        {flavor.dataTypes.map((type) => (
          <Tag key={type}>{typeWords(type)}</Tag>
        ))}
      </div>
      <dl className="kv">
        <dt>Sends</dt>
        <dd>
          <Text>{flavor.isLocal ? 'Nothing, it runs here' : flavor.card.leaves}</Text>
        </dd>
        <CardFacts flavor={flavor} />
        <dt>Runs as</dt>
        <dd>{flavor.runtime === 'worker' ? 'warm sandboxed worker' : 'process of its own'}</dd>
        <dt>Cached</dt>
        <dd>{flavor.cacheMinutes === 0 ? 'never' : cacheWords(flavor.cacheMinutes)}</dd>
        <dt>Source</dt>
        <dd className="breaks">
          <Text>{flavor.source}</Text>
        </dd>
        <dt>Author</dt>
        <dd className="breaks">
          <Text>{flavor.author}</Text>, <Text>{flavor.license}</Text>
        </dd>
        {flavor.cannotRun && (
          <>
            <dt>Cannot run</dt>
            <dd className="breaks">
              <Text>{flavor.cannotRun.message}</Text>
            </dd>
          </>
        )}
      </dl>
    </div>
  );
}
