import { Modal } from '@mantine/core';
import { IconBriefcase2, IconFilterOff, IconLayoutSidebar, IconPlus, IconTrash, IconX } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { CASE_SORTS, type CaseFilter, type CaseSelection } from '../../../shared/contract/case-list.ts';
import { caseCsv } from '../../../shared/model/case-csv.ts';
import { errorText } from '../../api/error-text.ts';
import { refuseSecrets } from '../../api/refuse-secrets.ts';
import { useEngagement } from '../../state/engagement.ts';
import { ChoiceMenu } from '../../ui/chips.tsx';
import { useCommands } from '../../ui/commands.ts';
import { Button, Empty, FilterField, Segmented, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Hint, Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { saveText } from '../../ui/save-text.ts';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { CASE_COLUMNS, CaseCells, CaseHeads } from './case-cells.tsx';
import { CaseCounts } from './case-counts.tsx';
import { CasePreview } from './case-preview.tsx';
import {
  partsOf,
  QUICK_FILTERS,
  type QuickFilter,
  quickOf,
  SORT_WORDS,
  without,
  withQuick,
} from './case-filter-words.ts';
import { FilterMenu } from './filter-menu.tsx';
import { MergeSelected } from './merge-dialog.tsx';
import { DemoButton } from '../welcome/demo-button.tsx';
import { NewCase } from './new-case.tsx';
import { casesQuery, collectCases, countQuery, starCase, statsQuery } from './queries.ts';
import { filterOfAddress, useCaseList } from './use-case-list.ts';
import { ViewsMenu } from './views-menu.tsx';
import './cases.css';

const SORT_OPTIONS = CASE_SORTS.map((value) => ({ value, label: SORT_WORDS[value] }));
const MOST_MERGED = 20;

/** The cases of the engagement; `isNewOpen` shows the form of a new one over them, `asked` is a filter by address. */
export function CasesPage({ isNewOpen, asked }: { isNewOpen: boolean; asked?: string | undefined }) {
  const engagement = useEngagement();
  const [, navigate] = useLocation();
  const setNewOpen = (isOpen: boolean): void => navigate(isOpen ? '/cases/new' : '/cases', { replace: true });
  return (
    <>
      <div className="page-head">
        <h1>Cases</h1>
        <span className="f12 t3 el">
          {engagement && (
            <>
              of <Text>{engagement.name}</Text>
            </>
          )}
        </span>
        <span className="right" />
        {engagement && <TrashLink engagementId={engagement.id} />}
        <Button kind="primary" keys="n" onClick={() => setNewOpen(true)}>
          <IconPlus size={15} stroke={1.75} aria-hidden="true" />
          New case <Kbd keys={['N']} />
        </Button>
      </div>
      {engagement && (
        <CaseList
          key={`${engagement.id} ${asked ?? ''}`}
          engagementId={engagement.id}
          asked={asked}
          onNew={() => setNewOpen(true)}
        />
      )}
      <Modal opened={isNewOpen} onClose={() => setNewOpen(false)} title="New case" size="md">
        <NewCase onClose={() => setNewOpen(false)} />
      </Modal>
    </>
  );
}

function TrashLink({ engagementId }: { engagementId: string }) {
  const { data } = useQuery(statsQuery(engagementId));
  return (
    <Link className="btn ghost" href="/trash">
      <IconTrash size={15} stroke={1.75} aria-hidden="true" />
      Trash
      {data !== undefined && data.inTrash > 0 && <span className="count">{count(data.inTrash)}</span>}
    </Link>
  );
}

function CaseList(props: { engagementId: string; asked: string | undefined; onNew(): void }) {
  const { engagementId } = props;
  const [, navigate] = useLocation();
  const address = useMemo(() => filterOfAddress(props.asked), [props.asked]);
  const { shown, isReady, show } = useCaseList(engagementId, address);
  const { filter, sort } = shown;
  const { data: stats } = useQuery(statsQuery(engagementId));
  const query = useInfiniteQuery({
    ...casesQuery(engagementId, filter, sort),
    enabled: isReady,
    placeholderData: keepPreviousData,
  });
  const { data: found } = useQuery({
    ...countQuery(engagementId, filter),
    enabled: isReady,
    placeholderData: keepPreviousData,
  });
  const [cursor, setCursor] = useState(0);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setAll] = useState(false);
  const [isSideOpen, setSideOpen] = useState(false);
  const [isPreviewOpen, setPreviewOpen] = useState(false);
  const [merging, setMerging] = useState<readonly string[]>([]);
  const anchor = useRef(0);
  const field = useRef<HTMLInputElement>(null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const at = Math.min(cursor, rows.length - 1);
  const total = found?.n ?? rows.length;
  const parts = partsOf(filter);
  const isFiltered = parts.length > 0 || (filter.text ?? '') !== '';

  const clearSelection = (): void => {
    setSelected(new Set());
    setAll(false);
  };
  const setFilter = (next: CaseFilter): void => {
    show({ filter: next, sort });
    setCursor(0);
    clearSelection();
  };
  const open = (index: number): void => {
    const row = rows[index];
    if (row) navigate(`/cases/${row.number}`);
  };
  const toggle = (index: number): void => {
    const row = rows[index];
    if (!row) return;
    const next = new Set(isAll ? rows.map(({ id }) => id) : selected);
    if (!next.delete(row.id)) next.add(row.id);
    anchor.current = index;
    setSelected(next);
    setAll(false);
  };
  const selectTo = (index: number): void => {
    const [from, to] = [Math.min(anchor.current, index), Math.max(anchor.current, index)];
    setSelected(new Set([...selected, ...rows.slice(from, to + 1).map(({ id }) => id)]));
  };
  const selectLoaded = (): void => {
    if (selected.size > 0 || isAll) clearSelection();
    else setSelected(new Set(rows.map(({ id }) => id)));
  };
  const selectAll = (): void => {
    setSelected(new Set(rows.map(({ id }) => id)));
    setAll(true);
  };
  const isSelected = (id: string): boolean => isAll || selected.has(id);
  const n = isAll ? total : selected.size;
  const selection: CaseSelection = isAll ? { engagementId, filter } : { ids: [...selected] };

  /** Of the selection, else of everything that the filter finds. */
  const exportCsv = async (): Promise<void> => {
    try {
      const all = await collectCases(engagementId, filter, sort);
      const chosen = n === 0 || isAll ? all : all.filter(({ id }) => selected.has(id));
      const text = caseCsv(chosen, Date.now());
      await refuseSecrets(text);
      saveText('cases.csv', text, 'text/csv');
      toast(`${plural(chosen.length, 'case')} exported, in the clear`);
    } catch (error) {
      toast(`Not exported. ${errorText(error).message}`);
    }
  };
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  useKeys([
    { keys: 'j', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'k', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'ArrowDown', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'ArrowUp', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'Enter', run: () => open(at) },
    { keys: 'Space', label: 'Preview the case', run: () => setPreviewOpen(!isPreviewOpen) },
    { keys: 'x', run: () => toggle(at) },
    { keys: 'shift+x', run: () => selectTo(at) },
    { keys: 'mod+a', run: selectAll },
    { keys: 'f', label: 'Star the case', run: () => rows[at] && void starCase(rows[at]) },
    { keys: 'n', label: 'New case…', run: props.onNew },
    { keys: '/', label: 'Filter the cases', run: () => field.current?.focus() },
    {
      keys: 'Escape',
      run: () => (n > 0 ? clearSelection() : isPreviewOpen ? setPreviewOpen(false) : setFilter({})),
    },
  ]);
  useCommands([
    { label: 'Export the list of cases as CSV', run: () => void exportCsv() },
    { label: 'Open the trash', run: () => navigate('/trash') },
    ...QUICK_FILTERS.map(({ value, label }) => ({
      label: `Show cases: ${label.toLowerCase()}`,
      run: () => setFilter(withQuick(filter, value)),
    })),
  ]);

  const quick = quickOf(filter);
  const quickCounts: Record<QuickFilter, number | undefined> = {
    open: stats?.open,
    mine: stats?.mine,
    closed: stats?.closed,
    starred: stats?.flagged,
    all: stats?.all,
  };
  const chips = parts.filter(({ key }) => quick === undefined || !['isOpen', 'isMine', 'isFlagged'].includes(key));
  return (
    <div className="case-list">
      <aside className="case-counts" aria-label="Counts" data-open={isSideOpen}>
        <div className="facets scroll">
          <CaseCounts engagementId={engagementId} filter={filter} onFilter={setFilter} />
        </div>
      </aside>
      <section aria-label="Cases">
        {n > 0 ? (
          <BulkBar
            n={n}
            total={total}
            isAll={isAll}
            selection={selection}
            tags={stats?.tags.map(({ value }) => value) ?? []}
            onSelectAll={selectAll}
            onMerge={!isAll && n >= 2 && n <= MOST_MERGED ? () => setMerging([...selected]) : undefined}
            onExport={() => void exportCsv()}
            onDone={clearSelection}
          />
        ) : (
          <div className="toolbar wraps">
            <span className="side-toggle">
              <Button
                kind="ghost"
                size="small"
                isIcon
                label="Counts"
                isPressed={isSideOpen}
                onClick={() => setSideOpen(!isSideOpen)}
              >
                <IconLayoutSidebar size={15} stroke={1.75} />
              </Button>
            </span>
            <Segmented<QuickFilter | ''>
              label="Which cases"
              value={quick ?? ''}
              options={QUICK_FILTERS.map(({ value, label }) => ({ value, label, count: quickCounts[value] }))}
              onChange={(value) => value !== '' && setFilter(withQuick(filter, value))}
            />
            <FilterMenu engagementId={engagementId} filter={filter} onFilter={setFilter} />
            <ViewsMenu
              engagementId={engagementId}
              filter={filter}
              sort={sort}
              onShow={(next, order) => {
                show({ filter: next, sort: order });
                setCursor(0);
              }}
            />
            <ChoiceMenu
              label="Order"
              value={sort}
              options={SORT_OPTIONS}
              onChange={(next) => show({ filter, sort: next })}
            />
            <FilterField
              label="Filter cases"
              value={filter.text ?? ''}
              field={field}
              onChange={(text) => setFilter(text === '' ? without(filter, 'text') : { ...filter, text })}
            />
          </div>
        )}
        {chips.length > 0 && (
          <div className="filter-chips" role="group" aria-label="Filters">
            {chips.map((part) => (
              <button
                key={part.key}
                type="button"
                className="filter-chip"
                aria-pressed="true"
                onClick={() => setFilter(part.without)}
              >
                <span className="visually-hidden">Remove the filter </span>
                <Text>{part.words}</Text>
                <IconX size={13} stroke={1.75} aria-hidden="true" />
              </button>
            ))}
            <Button size="small" kind="ghost" onClick={() => setFilter({})}>
              Clear filters
            </Button>
          </div>
        )}
        {query.error && (
          <div className="section">
            <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
          </div>
        )}
        {query.isPending ? (
          <Skeleton lines={5} />
        ) : rows.length === 0 && !query.error ? (
          isFiltered && stats?.all !== 0 ? (
            <Empty
              icon={IconFilterOff}
              title="No case matches"
              actions={<Button onClick={() => setFilter({})}>Show all cases</Button>}
            >
              The filter hides every case of this engagement.
            </Empty>
          ) : (
            <Empty
              icon={IconBriefcase2}
              title="No cases yet"
              actions={
                <>
                  <Button onClick={() => navigate('/cases/new')}>
                    New case <Kbd keys={['N']} />
                  </Button>
                  <DemoButton />
                </>
              }
            >
              A case holds what belongs to one matter: observables, evidence, notes, tasks. Drop a mail or a file
              anywhere and add what it holds to a new case, or begin with an empty one.
            </Empty>
          )
        ) : (
          <VirtualGrid
            label="Cases"
            rows={rows}
            rowKey={(row) => row.id}
            rowHeight={() => 40}
            columns={CASE_COLUMNS}
            headClass="case-cols"
            rowClass={() => 'case-cols'}
            total={total}
            head={
              <CaseHeads
                isAll={isAll || (selected.size > 0 && selected.size === rows.length)}
                isSome={n > 0}
                onToggleAll={selectLoaded}
              />
            }
            cursor={at}
            onCursor={setCursor}
            onOpen={open}
            onEnd={loadMore}
            isSelected={(row) => isSelected(row.id)}
            renderRow={(row, index) => (
              <CaseCells
                row={row}
                filter={filter}
                isSelected={isSelected(row.id)}
                onFilter={setFilter}
                onOpen={() => open(index)}
                onStar={() => void starCase(row)}
                onToggle={() => toggle(index)}
              />
            )}
          />
        )}
        <div className="hints">
          <span role="status">
            {isFiltered ? `${count(total)}${found?.isMore ? '+' : ''} match` : plural(total, 'case')}
          </span>
          <span className="right row loose">
            <Hint keys={['Space']}>Preview</Hint>
            <Hint keys={['X']}>Select</Hint>
            <Hint keys={['Enter']}>Open</Hint>
            <Hint keys={['F']}>Star</Hint>
            <Hint keys={['/']}>Filter</Hint>
          </span>
        </div>
      </section>
      {isPreviewOpen && rows[at] ? (
        <CasePreview row={rows[at]} onClose={() => setPreviewOpen(false)} />
      ) : (
        <span hidden />
      )}
      <MergeSelected ids={merging} onClose={() => setMerging([])} />
    </div>
  );
}
