import { IconFile } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Case } from '../../../shared/contract/entities.ts';
import { Button, Empty, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { EvidenceFacts } from '../../ui/evidence-facts.tsx';
import { fileSize } from '../../ui/format.ts';
import { MediaIcon } from '../../ui/icons.tsx';
import { Hint } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { MiddleCut } from '../../ui/value.tsx';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { CustodyPanel } from '../custody/custody-panel.tsx';
import { evidenceQuery } from './queries.ts';

/** The stored files of the case, with their hashes beside the list. */
export function EvidenceTab({ found }: { found: Case }) {
  const { data, error, refetch } = useQuery(evidenceQuery(found.id));
  const [cursor, setCursor] = useState(0);
  const [, navigate] = useLocation();
  const rows = data ?? [];
  const current = rows[Math.min(cursor, rows.length - 1)];
  const open = (index: number): void => {
    const id = rows[index]?.observableId;
    if (id) navigate(`/observables/${id}`);
  };
  useKeys([
    { keys: 'j', run: () => setCursor(stepCursor(rows, cursor, 1)) },
    { keys: 'k', run: () => setCursor(stepCursor(rows, cursor, -1)) },
    { keys: 'ArrowDown', run: () => setCursor(stepCursor(rows, cursor, 1)) },
    { keys: 'ArrowUp', run: () => setCursor(stepCursor(rows, cursor, -1)) },
    { keys: 'Enter', run: () => open(cursor) },
    { keys: 'Escape', run: () => navigate('/cases') },
  ]);
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!data) return <Skeleton />;
  if (rows.length === 0)
    return (
      <Empty icon={IconFile} title="No evidence yet">
        Drop a file anywhere and add it to this case. It is hashed and sealed before anything reads it.
      </Empty>
    );
  return (
    <>
      <div className="overview">
        <section aria-label="Evidence" className="column">
          <VirtualGrid
            label="Evidence"
            rows={rows}
            rowKey={(row) => row.id}
            rowHeight={() => 30}
            columns="16px minmax(120px, 1fr) minmax(110px, 200px) 90px minmax(90px, 200px) 60px"
            head={
              <>
                <span role="columnheader">
                  <span className="visually-hidden">Kind</span>
                </span>
                <span role="columnheader">Name</span>
                <span role="columnheader">What it is</span>
                <span role="columnheader" className="num">
                  Size
                </span>
                <span role="columnheader">SHA-256</span>
                <span role="columnheader" className="num">
                  Added
                </span>
              </>
            }
            cursor={cursor}
            onCursor={setCursor}
            onOpen={open}
            renderRow={(row) => (
              <>
                <span role="gridcell" className="t3">
                  <MediaIcon mediaType={row.mediaType} />
                </span>
                <span role="gridcell" className="el m" title={row.name}>
                  <Text>{row.name}</Text>
                </span>
                <span role="gridcell" className="f12 t2 el">
                  <Text>{row.typeLabel === '' ? row.mediaType : row.typeLabel}</Text>
                </span>
                <span role="gridcell" className="f12 t3 num">
                  {fileSize(row.size)}
                </span>
                <span role="gridcell">
                  <MiddleCut text={row.sha256} />
                </span>
                <span role="gridcell" className="f12 t3 num">
                  <Age at={row.addedAt} />
                </span>
              </>
            )}
          />
        </section>
        <aside className="scroll overview-side" aria-label="File">
          {current && (
            <div className="section">
              <h2 className="breaks">
                <Text>{current.name}</Text>
              </h2>
              <EvidenceFacts evidence={current} />
              {current.observableId !== null && (
                <div className="row" style={{ marginTop: 12 }}>
                  <Button onClick={() => navigate(`/observables/${current.observableId}`)}>Open its observable</Button>
                </div>
              )}
            </div>
          )}
          {current && <CustodyPanel found={found} evidenceId={current.id} />}
        </aside>
      </div>
      <div className="hints">
        <Hint keys={['J', 'K']}>Move</Hint>
        <Hint keys={['Enter']}>Open its observable</Hint>
      </div>
    </>
  );
}
