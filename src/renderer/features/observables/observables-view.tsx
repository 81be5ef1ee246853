import { IconFilterOff, IconFingerprint, IconLayoutSidebar } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { Observable } from '../../../shared/contract/entities.ts';
import type { Pap, Tlp } from '../../../shared/model/marking.ts';
import { respondStore } from '../../state/respond-request.ts';
import { runRequestStore } from '../../state/run-request.ts';
import { runTargetStore } from '../../state/run-target.ts';
import { Button, Empty, FilterChip, FilterField, Skeleton } from '../../ui/controls.tsx';
import { copyKeys } from '../../ui/copy.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Hint } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { usePrefs } from '../../ui/prefs.ts';
import { Resizer } from '../../ui/resizer.tsx';
import { toast, undoToast } from '../../ui/toast.tsx';
import { stepCursor } from '../../ui/virtual-grid.tsx';
import { AddDialog } from './add-dialog.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { Drawer } from './drawer.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { Facets } from './facets.tsx';
import { type FilterState, filterWords, NO_FILTER, toFilter } from './filter-state.ts';
import { ObservableGrid } from './observable-grid.tsx';
import {
  collectIds,
  collectRows,
  observablesQuery,
  refreshPlan,
  restoreObservables,
  useRemoveObservables,
  useUpdateObservables,
} from './queries.ts';
import { RefreshMenu } from './refresh-menu.tsx';
import { SelectionBar } from './selection-bar.tsx';
import './observables.css';

/** What one call may take; "select all" stops here and says so. */
const MOST_SELECTED = 10_000;
/** What a responder's preview may show. */
const MOST_RESPONDED = 500;

export interface ObservablesScope {
  caseId?: string;
  engagementId?: string;
}

/** The grid of a case, or of the engagement: facets, rows, preview. */
export function ObservablesView(props: {
  scope: ObservablesScope;
  /** Of everything in the scope. */
  engagementId: string;
  /** "case #142", for the run sheet. */
  about: string;
  backTo: string;
  /** The case's own marking: rows that differ show theirs. */
  marking?: { tlp: Tlp; pap: Pap };
}) {
  const { caseId } = props.scope;
  const [, navigate] = useLocation();
  const [state, setState] = useState<FilterState>(NO_FILTER);
  const filter = useMemo(() => toFilter(state, props.scope), [state, props.scope]);
  const query = useInfiniteQuery({ ...observablesQuery(filter), placeholderData: keepPreviousData });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const [cursor, setCursor] = useState(0);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const anchor = useRef(0);
  const pendingAll = useRef<Promise<string[]>>(undefined);
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const [isAddOpen, setAddOpen] = useState(false);
  const [isEditOpen, setEditOpen] = useState(false);
  const [isExportOpen, setExportOpen] = useState(false);
  const [isSideOpen, setSideOpen] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const widths = usePrefs((prefs) => prefs.widths);
  const update = useUpdateObservables();
  const remove = useRemoveObservables();

  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const first = query.data?.pages[0];
  const total = first?.total ?? 0;
  const at = Math.min(cursor, rows.length - 1);
  const current = rows[at];
  const isFiltered = filterWords(state).length > 0;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const change = (next: FilterState): void => {
    setState(next);
    setCursor(0);
    setSelected(new Set());
  };
  /** The selection, or the row under the cursor. */
  const targets = (): string[] => (selected.size > 0 ? [...selected] : current ? [current.id] : []);
  const targetRows = (): Observable[] => {
    const ids = new Set(targets());
    return rows.filter((row) => ids.has(row.id));
  };
  /** Of a selection that reaches beyond the loaded pages as well. */
  const selectedRows = async (): Promise<Observable[]> => {
    const loaded = rows.filter((row) => selected.has(row.id));
    if (loaded.length === selected.size) return loaded;
    return (await collectRows(filter, MOST_SELECTED)).filter((row) => selected.has(row.id));
  };
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
    setSelected(new Set([...selected, ...rows.slice(from, to + 1).map((row) => row.id)]));
  };
  const selectAll = async (): Promise<void> => {
    if (!hasNextPage) {
      setSelected(new Set(rows.map((row) => row.id)));
      return;
    }
    const collecting = collectIds(filter, MOST_SELECTED);
    pendingAll.current = collecting;
    try {
      const ids = await collecting;
      setSelected(new Set(ids));
      if (total > ids.length) toast(`${count(ids.length)} selected, the most that one action takes`);
    } finally {
      pendingAll.current = undefined;
    }
  };
  const respond = async (): Promise<void> => {
    const ids = (await pendingAll.current) ?? targets();
    if (ids.length === 0) return;
    if (ids.length > MOST_RESPONDED) {
      toast(`A responder takes ${MOST_RESPONDED} at once. Select fewer.`);
      return;
    }
    respondStore.getState().open({
      objects: ids.map((id) => ({ type: 'case_artifact', id }) as const),
      about: `${plural(ids.length, 'observable')}, ${props.about}`,
      caseId,
    });
  };
  const analyse = async (setId?: string): Promise<void> => {
    // Ctrl+A, R in one go: R means what was asked for, not the one row that is under the cursor meanwhile.
    const ids = (await pendingAll.current) ?? targets();
    if (ids.length === 0) return;
    runRequestStore.getState().open({
      plan: {
        subjects: ids.slice(0, MOST_SELECTED).map((observableId) => ({ observableId })),
        ...(setId === undefined ? { withRemote: true } : { setId }),
      },
      about: `${plural(ids.length, 'observable')}, ${props.about}`,
      backTo: props.backTo,
    });
    navigate('/run');
  };
  useEffect(() => {
    const aimed = targets().length;
    const runSet = (setId: string): void => void analyse(setId);
    runTargetStore.setState({ target: aimed === 0 ? undefined : { about: plural(aimed, 'observable'), runSet } });
  });
  useEffect(() => () => runTargetStore.setState({ target: undefined }), []);
  /** Of the selection, else of everything that the filter shows. */
  const refresh = async (olderThanMinutes: number | null): Promise<void> => {
    const ids =
      (await pendingAll.current) ?? (selected.size > 0 ? [...selected] : await collectIds(filter, MOST_SELECTED));
    if (ids.length === 0) return;
    const plan = await refreshPlan({ ids: ids.slice(0, MOST_SELECTED), olderThanMinutes });
    if (plan.subjects.length === 0) {
      toast(nothingToRefresh(plan, olderThanMinutes));
      return;
    }
    runRequestStore.getState().open({
      plan: { subjects: plan.subjects, flavorIds: [...new Set(plan.subjects.flatMap((each) => each.flavorIds))] },
      about: `${plural(plan.jobs, 'verdict')} to refresh, ${props.about}`,
      isRefresh: true,
      backTo: props.backTo,
    });
    navigate('/run');
  };
  const flag = (name: 'isIoc' | 'isSighted'): void => {
    const ids = targets();
    if (ids.length === 0) return;
    const isOn = !targetRows().every((row) => row[name]);
    update.mutate(
      { ids, patch: { [name]: isOn } },
      {
        onSuccess: ({ changed }) =>
          undoToast(
            `${plural(changed, 'observable')} ${isOn ? 'marked' : 'unmarked'} as ${name === 'isIoc' ? 'IOC' : 'sighted'}`,
            () => update.mutate({ ids, patch: { [name]: !isOn } }),
          ),
      },
    );
  };
  const trash = (): void => {
    const ids = targets();
    if (ids.length === 0) return;
    remove.mutate(ids, {
      onSuccess: ({ removed }) => {
        setSelected(new Set());
        undoToast(`${plural(removed, 'observable')} moved to the trash`, () => void restoreObservables(ids));
      },
    });
  };
  const open = (index: number): void => {
    const row = rows[index];
    if (row) navigate(`/observables/${row.id}`);
  };
  const back = (): void => {
    if (selected.size > 0) setSelected(new Set());
    else if (isDrawerOpen) setDrawerOpen(false);
    else if (isFiltered) change(NO_FILTER);
    else if (caseId !== undefined) navigate('/cases');
  };
  const move = (step: 1 | -1): void => setCursor(stepCursor(rows, at, step));

  useKeys([
    { keys: 'j', run: () => move(1) },
    { keys: 'k', run: () => move(-1) },
    { keys: 'ArrowDown', run: () => move(1) },
    { keys: 'ArrowUp', run: () => move(-1) },
    { keys: 'x', run: () => toggle(at) },
    { keys: 'shift+x', run: () => selectTo(at) },
    { keys: 'mod+a', run: () => void selectAll() },
    { keys: 'Space', run: () => setDrawerOpen(!isDrawerOpen) },
    { keys: 'Enter', run: () => open(at) },
    { keys: 'Escape', run: back },
    { keys: 'r', run: () => void analyse() },
    { keys: 'e', run: () => setEditOpen(targets().length > 0) },
    { keys: 'i', run: () => flag('isIoc') },
    { keys: 's', run: () => flag('isSighted') },
    { keys: 'n', run: () => setAddOpen(caseId !== undefined) },
    { keys: 'Delete', run: trash },
    { keys: '/', run: () => field.current?.focus() },
    ...copyKeys(() => (selected.size > 0 ? targetRows() : current ? [current] : [])),
  ]);

  const style = { '--facets': `${widths.facets}px`, '--drawer': `${widths.drawer}px` } as React.CSSProperties;
  const failure = query.error ?? update.error ?? remove.error;
  const bad = (first?.facets.verdicts['malicious'] ?? 0) + (first?.facets.verdicts['suspicious'] ?? 0);
  const isBadOnly =
    state.verdicts.length === 2 && state.verdicts.includes('malicious') && state.verdicts.includes('suspicious');
  return (
    <div className="observables" style={style}>
      <aside className="facets-pane" aria-label="Facets" data-open={isSideOpen}>
        {first && <Facets facets={first.facets} state={state} onChange={change} />}
        <Resizer panel="facets" side="left" label="Width of the facets" />
      </aside>
      <section aria-label="Observables">
        {selected.size > 0 ? (
          <SelectionBar
            selected={selected.size}
            total={total}
            onSelectAll={() => void selectAll()}
            onAnalyse={() => void analyse()}
            onRespond={() => void respond()}
            onRefresh={(limit) => void refresh(limit)}
            onEdit={() => setEditOpen(true)}
            onIoc={() => flag('isIoc')}
            onExport={() => setExportOpen(true)}
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
            <FilterChip
              label="Bad only"
              count={bad}
              isOn={isBadOnly}
              onToggle={() => change({ ...state, verdicts: isBadOnly ? [] : ['malicious', 'suspicious'] })}
            />
            <FilterChip
              label="Not analysed"
              count={first?.facets.verdicts['notAnalysed'] ?? 0}
              isOn={state.isNotAnalysed}
              onToggle={() => change({ ...state, isNotAnalysed: !state.isNotAnalysed })}
            />
            <FilterField
              label="Filter values"
              value={state.text}
              onChange={(text) => change({ ...state, text })}
              field={field}
            />
            <RefreshMenu rows={Math.min(total, MOST_SELECTED)} onRefresh={(limit) => void refresh(limit)} />
            {caseId !== undefined && (
              <Button size="small" keys="n" onClick={() => setAddOpen(true)}>
                Add…
              </Button>
            )}
          </div>
        )}
        {failure && (
          <div className="section">
            <ErrorNote error={failure} onRetry={() => void query.refetch()} />
          </div>
        )}
        {query.isPending ? (
          <Skeleton lines={6} />
        ) : rows.length === 0 && !query.error ? (
          <NothingHere
            state={state}
            hasCase={caseId !== undefined}
            onClear={() => change(NO_FILTER)}
            onAdd={() => setAddOpen(true)}
          />
        ) : (
          <ObservableGrid
            rows={rows}
            total={total}
            cursor={at}
            selected={selected}
            marking={props.marking}
            engagementId={props.engagementId}
            onCursor={setCursor}
            onOpen={open}
            onToggle={toggle}
            onEnd={loadMore}
          />
        )}
        <div className="hints">
          <span>
            {isFiltered ? `${count(total)} match` : plural(total, 'observable')}
            {isFetchingNextPage && ', loading more'}
          </span>
          <span className="right row loose">
            <Hint keys={['Space']}>Preview</Hint>
            <Hint keys={['Enter']}>Open</Hint>
            <Hint keys={['Ctrl', 'C']}>Copy defanged</Hint>
            <Hint keys={['R']}>Analyse</Hint>
          </span>
        </div>
      </section>
      {isDrawerOpen && current ? <Drawer id={current.id} onClose={() => setDrawerOpen(false)} /> : <span hidden />}
      {caseId !== undefined && <AddDialog caseId={caseId} isOpen={isAddOpen} onClose={() => setAddOpen(false)} />}
      <ExportDialog
        count={selected.size}
        isOpen={isExportOpen}
        load={selectedRows}
        onClose={() => setExportOpen(false)}
      />
      <EditDialog
        ids={isEditOpen ? targets() : []}
        first={targetRows()[0] ?? current}
        isOpen={isEditOpen}
        onClose={() => setEditOpen(false)}
      />
    </div>
  );
}

function nothingToRefresh(plan: { fresh: number; gone: number }, olderThanMinutes: number | null): string {
  if (plan.fresh + plan.gone === 0) return 'Nothing to refresh: no analyzer has looked at these yet';
  if (plan.fresh === 0) return 'Nothing to refresh: the analyzers of these verdicts are no longer here';
  return olderThanMinutes === null ? 'Nothing is stale' : 'No verdict is that old';
}

function NothingHere(props: { state: FilterState; hasCase: boolean; onClear(): void; onAdd(): void }) {
  const words = filterWords(props.state);
  if (words.length > 0)
    return (
      <Empty
        icon={IconFilterOff}
        title="No observable matches"
        actions={<Button onClick={props.onClear}>Clear filters</Button>}
      >
        {plural(words.length, 'filter')} in use: {words.join(', ')}. A value has a verdict only after it is analysed.
      </Empty>
    );
  return (
    <Empty
      icon={IconFingerprint}
      title="No observables yet"
      actions={
        props.hasCase && (
          <Button kind="primary" onClick={props.onAdd}>
            Add observables
          </Button>
        )
      }
    >
      Drop a file or paste text anywhere: Intake finds addresses, names and hashes in it, and you choose what comes
      here.
    </Empty>
  );
}
