import { IconBellRinging, IconFilterOff, IconLayoutSidebar } from '@tabler/icons-react';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { callCore } from '../../api/client.ts';
import { respondStore } from '../../state/respond-request.ts';
import { Button, Empty, FilterChip, FilterField, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Hint } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { toast } from '../../ui/toast.tsx';
import { stepCursor } from '../../ui/virtual-grid.tsx';
import { followAlerts, ignoreAlerts, importAlerts, markAlerts, trashAlerts } from './actions.ts';
import { AlertFacets } from './alert-facets.tsx';
import { AlertGrid } from './alert-grid.tsx';
import { AlertSelection } from './alert-selection.tsx';
import { ALL, isNarrowed, type ListFilter, toAlertFilter, UNREAD, useListState } from './list-state.ts';
import { MergeDialog } from './merge-dialog.tsx';
import { AlertPreview } from './preview.tsx';
import { alertsQuery, countsQuery } from './queries.ts';

/** What one call may take. */
const MOST_SELECTED = 10_000;
const MOST_RESPONDED = 500;

/** The queue: worked off by keys, one after the other, with the preview beside it. */
export function AlertQueue({ engagementId }: { engagementId: string | undefined }) {
  const [, navigate] = useLocation();
  const { filter: chosen, cursor, isPreviewOpen, set } = useListState();
  const [text] = useDebouncedValue(chosen.text, 150);
  const filter = useMemo(() => toAlertFilter({ ...chosen, text }, engagementId), [chosen, text, engagementId]);
  const query = useInfiniteQuery({
    ...alertsQuery(filter),
    enabled: engagementId !== undefined,
    placeholderData: keepPreviousData,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const { data: counts } = useQuery(countsQuery(engagementId));
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [caseTemplate, setCaseTemplate] = useState<string>();
  const [isMerging, setMerging] = useState<string[]>();
  const [isSideOpen, setSideOpen] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const anchor = useRef(0);
  const field = useRef<HTMLInputElement>(null);

  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const at = Math.min(cursor, rows.length - 1);
  const current = rows[at];
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const setCursor = (index: number): void => {
    set({ cursor: index });
    if (index !== at) setCaseTemplate(undefined);
  };
  const change = (next: ListFilter): void => {
    set({ filter: next, cursor: 0 });
    setSelected(new Set());
  };
  const targets = (): string[] => (selected.size > 0 ? [...selected] : current ? [current.id] : []);
  const toggle = (index: number): void => {
    const row = rows[index];
    if (!row) return;
    const next = new Set(selected);
    if (!next.delete(row.id)) next.add(row.id);
    anchor.current = index;
    setSelected(next);
  };
  const selectTo = (index: number): void => {
    const [from, to] = [Math.min(anchor.current, index), Math.max(anchor.current, index)];
    setSelected(new Set([...selected, ...rows.slice(from, to + 1).map(({ id }) => id)]));
  };
  const selectAll = async (): Promise<void> => {
    const ids: string[] = [];
    let next: string | undefined;
    do {
      const page = await callCore('alerts.list', {
        ...filter,
        limit: 1_000,
        ...(next === undefined ? {} : { cursor: next }),
      });
      ids.push(...page.items.map(({ id }) => id));
      next = page.next ?? undefined;
    } while (next !== undefined && ids.length < MOST_SELECTED);
    setSelected(new Set(ids.slice(0, MOST_SELECTED)));
    if (next !== undefined) toast(`${count(MOST_SELECTED)} selected, the most that one action takes`);
  };
  /** Does it to the selection or the row under the cursor, and goes on to the next row where this one stays. */
  const act = async (run: (ids: string[]) => Promise<unknown>, leavesUnread: boolean): Promise<void> => {
    const ids = targets();
    if (ids.length === 0) return;
    setFailure(null);
    try {
      await run(ids);
      if (selected.size > 0) setSelected(new Set());
      else if (!(leavesUnread && chosen.which === 'unread')) setCursor(stepCursor(rows, at, 1));
    } catch (error) {
      setFailure(error);
    }
  };
  const respond = (): void => {
    const ids = targets();
    if (ids.length === 0) return;
    if (ids.length > MOST_RESPONDED) return void toast(`A responder takes ${MOST_RESPONDED} at once. Select fewer.`);
    const about = ids.length === 1 && current ? `alert ${current.sourceRef}`.slice(0, 80) : plural(ids.length, 'alert');
    respondStore
      .getState()
      .open({ objects: ids.map((id) => ({ type: 'alert', id }) as const), about, caseId: undefined });
  };
  const importNow = (): void => void act((ids) => importAlerts(ids, caseTemplate), true);
  const mark = (isRead: boolean): void => void act((ids) => markAlerts(ids, isRead), isRead);
  const ignore = (): void => void act(ignoreAlerts, true);
  const trash = (): void => void act(trashAlerts, true);
  const merge = (): void => {
    const ids = targets();
    if (ids.length > 0) setMerging(ids);
  };
  const open = (index: number): void => {
    const row = rows[index];
    if (row) navigate(`/alerts/${row.id}`);
  };
  const back = (): void => {
    if (selected.size > 0) setSelected(new Set());
    else if (isNarrowed(chosen)) change(UNREAD);
    else if (isPreviewOpen) set({ isPreviewOpen: false });
  };

  useKeys([
    { keys: 'j', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'k', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'ArrowDown', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'ArrowUp', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'x', label: 'Select the alert', run: () => toggle(at) },
    { keys: 'shift+x', label: 'Select up to here', run: () => selectTo(at) },
    { keys: 'mod+a', label: 'Select all that match', run: () => void selectAll() },
    { keys: 'Space', label: 'Show or hide the preview', run: () => set({ isPreviewOpen: !isPreviewOpen }) },
    { keys: 'Enter', label: 'Open the alert', run: () => open(at) },
    { keys: 'i', label: 'Import as a new case', run: importNow },
    { keys: 'm', label: 'Merge into a case…', run: merge },
    { keys: 'r', label: 'Mark as read', run: () => mark(true) },
    { keys: 'u', label: 'Mark as unread', run: () => mark(false) },
    { keys: 'g', label: 'Ignore: read, no updates', run: ignore },
    {
      keys: 'f',
      label: 'Follow updates, or not',
      run: () => current && void followAlerts(targets(), !current.isFollowed),
    },
    { keys: 'Delete', label: 'Move to the trash', run: trash },
    { keys: '/', run: () => field.current?.focus() },
    { keys: 'Escape', run: back },
  ]);

  const quick = (which: ListFilter['which'], label: string, n: number | undefined) => (
    <FilterChip
      label={label}
      {...(n === undefined ? {} : { count: n })}
      isOn={chosen.which === which}
      onToggle={() => change({ ...chosen, which: chosen.which === which ? 'all' : which })}
    />
  );
  return (
    <div className="alerts" data-preview={isPreviewOpen && current !== undefined}>
      <aside className="facets-pane" aria-label="Facets" data-open={isSideOpen}>
        {counts && <AlertFacets counts={counts} filter={chosen} onChange={change} />}
      </aside>
      <section aria-label="Queue" className="alert-list">
        {selected.size > 0 ? (
          <AlertSelection
            selected={selected.size}
            shown={hasNextPage ? Number.POSITIVE_INFINITY : rows.length}
            onSelectAll={() => void selectAll()}
            onImport={importNow}
            onMerge={merge}
            onMark={mark}
            onFollow={() => void act((ids) => followAlerts(ids, true), false)}
            onIgnore={ignore}
            onRespond={respond}
            onTrash={trash}
            onClear={() => setSelected(new Set())}
          />
        ) : (
          <div className="toolbar">
            <span className="side-toggle">
              <Button
                kind="ghost"
                size="small"
                isIcon
                label="Facets"
                isPressed={isSideOpen}
                onClick={() => setSideOpen(!isSideOpen)}
              >
                <IconLayoutSidebar size={15} stroke={1.75} />
              </Button>
            </span>
            {quick('unread', 'Unread', counts?.unread)}
            {quick('imported', 'Imported', counts?.statuses['imported'])}
            {quick('ignored', 'Ignored', counts?.statuses['ignored'])}
            <FilterChip
              label="Followed"
              count={counts?.followed ?? 0}
              isOn={chosen.isFollowed}
              onToggle={() => change({ ...chosen, isFollowed: !chosen.isFollowed })}
            />
            <FilterField
              label="Words, or a whole value"
              value={chosen.text}
              onChange={(next) => change({ ...chosen, text: next })}
              field={field}
            />
          </div>
        )}
        {(query.error ?? failure) !== null && (
          <div className="section">
            <ErrorNote error={query.error ?? failure} onRetry={() => void query.refetch()} />
          </div>
        )}
        {query.isPending ? (
          <Skeleton lines={6} />
        ) : rows.length === 0 && !query.error ? (
          <NothingHere
            filter={chosen}
            total={counts?.total ?? 0}
            onChange={change}
            onSources={() => navigate('/alerts/sources')}
          />
        ) : (
          <AlertGrid
            rows={rows}
            cursor={at}
            selected={selected}
            onCursor={setCursor}
            onOpen={open}
            onToggle={toggle}
            onEnd={loadMore}
          />
        )}
        <div className="hints">
          <span>
            {counts ? `${count(counts.unread)} unread of ${count(counts.total)}` : ''}
            {isFetchingNextPage && ', loading more'}
          </span>
          <span className="right row loose">
            <Hint keys={['J']}>Next</Hint>
            <Hint keys={['I']}>Import</Hint>
            <Hint keys={['M']}>Merge</Hint>
            <Hint keys={['R']}>Read</Hint>
            <Hint keys={['G']}>Ignore</Hint>
          </span>
        </div>
      </section>
      {isPreviewOpen && current && (
        <AlertPreview
          id={current.id}
          caseTemplate={caseTemplate}
          onTemplate={setCaseTemplate}
          onMerge={() => setMerging([current.id])}
          isQuiet={selected.size > 0}
          onClose={() => set({ isPreviewOpen: false })}
        />
      )}
      {isMerging && (
        <MergeDialog
          ids={isMerging}
          engagementId={engagementId}
          onClose={() => setMerging(undefined)}
          onDone={() => {
            setMerging(undefined);
            setSelected(new Set());
          }}
        />
      )}
    </div>
  );
}

function NothingHere(props: {
  filter: ListFilter;
  total: number;
  onChange(filter: ListFilter): void;
  onSources(): void;
}) {
  if (props.total === 0) {
    return (
      <Empty
        icon={IconBellRinging}
        title="No alerts yet"
        actions={<Button onClick={props.onSources}>Add a source</Button>}
      >
        Alerts are things to look at before they become cases: MISP events, mails that people report, lines of a table.
        Import a file, or name a folder that is watched. Nothing is fetched unless you say so.
      </Empty>
    );
  }
  if (!isNarrowed(props.filter) && props.filter.which === 'unread') {
    return (
      <Empty
        icon={IconBellRinging}
        title="Nothing unread"
        actions={<Button onClick={() => props.onChange(ALL)}>Show all {count(props.total)}</Button>}
      >
        Every alert of this engagement is read, in a case or ignored.
      </Empty>
    );
  }
  return (
    <Empty
      icon={IconFilterOff}
      title="No alert matches"
      actions={<Button onClick={() => props.onChange(ALL)}>Clear filters</Button>}
    >
      The filter hides all {plural(props.total, 'alert')} of this engagement.
    </Empty>
  );
}
