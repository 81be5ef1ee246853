import { IconCpu, IconFilterOff, IconFolders, IconLayoutSidebar, IconRefresh, IconX } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { callCore } from '../../api/client.ts';
import { useEngagement } from '../../state/engagement.ts';
import { Button, Empty, FilterField, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count } from '../../ui/format.ts';
import { useKeys } from '../../ui/keys.ts';
import { stepCursor } from '../../ui/virtual-grid.tsx';
import { CatalogueFacets } from './catalogue-facets.tsx';
import { type CatalogueFilter, type CatalogueRow, filterRows, isFiltered, NO_FILTER } from './catalogue-filter.ts';
import { Defects } from './defects.tsx';
import { type DetailTab, FlavorDetail } from './flavor-detail.tsx';
import { FlavorGrid } from './flavor-grid.tsx';
import { doctorQuery, flavorsQuery, sourcesQuery } from './queries.ts';
import { Sources } from './sources.tsx';
import './analyzers.css';

/** The catalogue: what each analyzer takes and sends, whether it can run, and everything to make it run. */
export function AnalyzersPage() {
  const engagement = useEngagement();
  const { data, error, refetch } = useQuery(flavorsQuery);
  const { data: lines } = useQuery(doctorQuery(engagement?.id));
  const { data: sources } = useQuery(sourcesQuery);
  const [filter, setFilter] = useState<CatalogueFilter>(NO_FILTER);
  const [cursor, setCursor] = useState(0);
  // Where the pane would lie over the grid it waits until it is asked for.
  const [shown, setShown] = useState<'flavor' | 'sources' | 'none'>(innerWidth > 1_200 ? 'flavor' : 'none');
  const [tab, setTab] = useState<DetailTab>('card');
  const [isSideOpen, setSideOpen] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  const all = useMemo<CatalogueRow[]>(() => {
    const byId = new Map(lines?.map((line) => [line.flavorId, line]));
    return (data ?? []).map((flavor) => ({ flavor, line: byId.get(flavor.id) }));
  }, [data, lines]);
  const rows = useMemo(() => filterRows(all, filter), [all, filter]);
  const at = Math.min(cursor, rows.length - 1);
  const current = rows[at];
  const step = (by: 1 | -1): void => setCursor(stepCursor(rows, at, by));
  const open = (index: number): void => {
    setCursor(index);
    setShown('flavor');
  };
  useKeys([
    { keys: 'j', run: () => step(1) },
    { keys: 'k', run: () => step(-1) },
    { keys: 'ArrowDown', run: () => step(1) },
    { keys: 'ArrowUp', run: () => step(-1) },
    { keys: 'Enter', run: () => setShown('flavor') },
    { keys: '/', run: () => field.current?.focus() },
    {
      keys: 'F1',
      label: 'Data card of the analyzer',
      run: () => {
        setTab('card');
        setShown('flavor');
      },
    },
    ...(shown === 'none' ? [] : [{ keys: 'Escape', run: () => setShown('none') }]),
  ]);
  const ready = lines && all.filter(({ line }) => line !== undefined && line.state !== 'cannot').length;
  const change = (next: CatalogueFilter): void => {
    setFilter(next);
    setCursor(0);
  };
  return (
    <>
      <div className="page-head">
        <h1>Analyzers</h1>
        <span className="f12 t3">
          {data && (ready === undefined ? `${count(data.length)}, being looked at…` : readyWords(ready, data.length))}
        </span>
        <span className="right" />
        <LookAgain engagementId={engagement?.id} />
        <Button
          size="small"
          isPressed={shown === 'sources'}
          onClick={() => setShown(shown === 'sources' ? 'flavor' : 'sources')}
        >
          <IconFolders size={14} stroke={1.75} aria-hidden="true" />
          Sources{sources ? ` (${sources.length})` : ''}
        </Button>
      </div>
      <div className="analyzers" data-detail={shown === 'none' ? undefined : ''}>
        <aside className="facets-pane" aria-label="Facets" data-open={isSideOpen}>
          {data && <CatalogueFacets rows={all} filter={filter} onChange={change} />}
        </aside>
        <section aria-label="Catalogue">
          <div className="toolbar">
            <span className="facets-toggle">
              <Button
                kind="ghost"
                isIcon
                label="Facets"
                isPressed={isSideOpen}
                onClick={() => setSideOpen(!isSideOpen)}
              >
                <IconLayoutSidebar size={16} stroke={1.75} />
              </Button>
            </span>
            <FilterField
              label="Filter analyzers"
              value={filter.text}
              onChange={(text) => change({ ...filter, text })}
              field={field}
            />
            {isFiltered(filter) && data && (
              <span className="f12 t3">
                {count(rows.length)} of {count(data.length)}
              </span>
            )}
          </div>
          {error && (
            <div className="section">
              <ErrorNote error={error} onRetry={() => void refetch()} />
            </div>
          )}
          {!data && !error && <Skeleton />}
          {data && rows.length === 0 && (
            <Empty
              icon={data.length === 0 ? IconCpu : IconFilterOff}
              title={data.length === 0 ? 'No analyzers' : 'No analyzer matches'}
              actions={data.length > 0 && <Button onClick={() => change(NO_FILTER)}>Clear the filter</Button>}
            >
              {data.length === 0
                ? 'Add a folder in the Cortex layout under Sources.'
                : `The filter hides all ${count(data.length)}.`}
            </Empty>
          )}
          {rows.length > 0 && <FlavorGrid rows={rows} cursor={at} onCursor={open} />}
        </section>
        {shown !== 'none' && (
          <aside className="analyzer-side" aria-label={shown === 'sources' ? 'Sources' : 'About it'}>
            <span className="side-close">
              <Button
                kind="ghost"
                size="small"
                isIcon
                label="Close this pane"
                keys="Escape"
                onClick={() => setShown('none')}
              >
                <IconX size={14} stroke={1.75} />
              </Button>
            </span>
            {shown === 'flavor' && current && <FlavorDetail row={current} tab={tab} onTab={setTab} />}
            {shown === 'sources' && (
              <div className="scroll grow">
                <Sources />
                <Defects />
              </div>
            )}
          </aside>
        )}
      </div>
    </>
  );
}

const readyWords = (ready: number, all: number): string => `${count(ready)} of ${count(all)} can run`;

/** Looks at every program anew: a module may have been installed since. */
function LookAgain({ engagementId }: { engagementId: string | undefined }) {
  const client = useQueryClient();
  const [isLooking, setLooking] = useState(false);
  const look = async (): Promise<void> => {
    setLooking(true);
    try {
      const asked = engagementId === undefined ? {} : { engagementId };
      const lines = await callCore('analyzers.doctor', { ...asked, isAgain: true });
      client.setQueryData(doctorQuery(engagementId).queryKey, lines);
    } finally {
      setLooking(false);
    }
  };
  return (
    <Button size="small" kind="ghost" isDisabled={isLooking} onClick={() => void look()}>
      <IconRefresh size={14} stroke={1.75} aria-hidden="true" />
      {isLooking ? 'Looking…' : 'Look again'}
    </Button>
  );
}
