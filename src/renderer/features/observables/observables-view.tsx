import { IconFilterOff, IconFingerprint, IconLayoutSidebar } from '@tabler/icons-react';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { Observable } from '../../../shared/contract/entities.ts';
import type { ObservableSort } from '../../../shared/contract/observables.ts';
import type { Pap, Tlp } from '../../../shared/model/marking.ts';
import { respondStore } from '../../state/respond-request.ts';
import { runRequestStore } from '../../state/run-request.ts';
import { runTargetStore } from '../../state/run-target.ts';
import { Button, Empty, FilterField, Skeleton } from '../../ui/controls.tsx';
import { copyKeys } from '../../ui/copy.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Hint } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { usePrefs } from '../../ui/prefs.ts';
import { Resizer } from '../../ui/resizer.tsx';
import { toast } from '../../ui/toast.tsx';
import { AddDialog } from './add-dialog.tsx';
import { SORT_WORDS, useColumns } from './columns.ts';
import { Drawer } from './drawer.tsx';
import { EditDialog, type EditTarget } from './edit-dialog.tsx';
import { editObservables } from './edits.ts';
import { ExportDialog } from './export-dialog.tsx';
import { Facets } from './facets.tsx';
import { FilterChips, FilterMenu } from './filter-menu.tsx';
import { type FilterState, filterWords, NO_FILTER, toFilter } from './filter-state.ts';
import { GridMenu } from './grid-menu.tsx';
import { ObservableGrid } from './observable-grid.tsx';
import { indexQuery, refreshPlan, selectedRows, targetIds } from './queries.ts';
import { QuickChips } from './quick-chips.tsx';
import { RefreshMenu } from './refresh-menu.tsx';
import { RetypeDialog } from './retype-dialog.tsx';
import {
  isSelected,
  NOTHING,
  type Selection,
  selectedCount,
  selectedNums,
  selectMany,
  targetOf,
  toggleOne,
} from './selection.ts';
import { SelectionBar } from './selection-bar.tsx';
import { TagDialog } from './tag-dialog.tsx';
import { useRows } from './use-rows.ts';
import './observables.css';

/** What a run sheet or a responder may take at once. */
const MOST_RUN = 10_000;
const MOST_RESPONDED = 500;

export interface ObservablesScope {
  caseId?: string;
  engagementId?: string;
}

type Opened = 'add' | 'edit' | 'tags' | 'type' | 'export';

/** The grid of a case, or of the engagement: facets, rows, preview. */
export function ObservablesView(props: {
  scope: ObservablesScope;
  /** In the filter field from the start. */
  asked?: string;
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
  const [state, setState] = useState<FilterState>(() => ({ ...NO_FILTER, text: props.asked ?? '' }));
  const [sort, setSort] = useState<ObservableSort>('newest');
  const [typed] = useDebouncedValue(state, state.text === '' ? 0 : 120);
  const filter = useMemo(() => toFilter(typed, props.scope), [typed, props.scope]);
  const query = useQuery({ ...indexQuery(filter, sort), placeholderData: keepPreviousData });
  const nums = query.data?.nums ?? NO_NUMS;
  const rows = useRows(nums, caseId);
  const [cursor, setCursor] = useState(0);
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const anchor = useRef(0);
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const [isLinking, setLinking] = useState(false);
  const [opened, setOpened] = useState<Opened>();
  const [isSideOpen, setSideOpen] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const widths = usePrefs((prefs) => prefs.widths);
  const columns = useColumns((prefs) => prefs.shown);

  const total = nums.length;
  const facets = query.data?.facets;
  const at = Math.min(cursor, total - 1);
  const current = nums[at] === undefined ? undefined : rows.of(nums[at]);
  const isFiltered = filterWords(state).length > 0;
  const selected = selectedCount(selection, nums);

  const change = (next: FilterState): void => {
    setState(next);
    setCursor(0);
    setSelection(NOTHING);
  };
  const order = (next: ObservableSort): void => {
    setSort(next);
    setCursor(0);
  };
  /** The selection, or the row under the cursor; undefined where there is neither. */
  const edit = (): EditTarget | undefined => {
    if (selected > 0) return { target: targetOf(selection, filter), size: selected, first: firstSelected() };
    return current && { target: { ids: [current.id] }, size: 1, first: current };
  };
  const firstSelected = (): Observable | undefined => {
    const first = nums.find((num) => isSelected(selection, num) && rows.of(num));
    return first === undefined ? current : rows.of(first);
  };
  /** What is loaded of the selection: enough to know what a toggle would do, and to copy. */
  const knownRows = (): Observable[] =>
    selected > 0
      ? nums.flatMap((num) => (isSelected(selection, num) ? (rows.of(num) ?? []) : []))
      : current
        ? [current]
        : [];
  const idsFor = async (most: number): Promise<string[]> => {
    const meant = edit();
    return meant === undefined ? [] : 'ids' in meant.target ? meant.target.ids : targetIds(meant.target, most);
  };
  const toggle = (index: number): void => {
    const num = nums[index];
    if (num === undefined) return;
    anchor.current = index;
    setSelection(toggleOne(selection, num));
  };
  const selectTo = (index: number): void => {
    const [from, to] = [Math.min(anchor.current, index), Math.max(anchor.current, index)];
    setSelection(selectMany(selection, nums.slice(from, to + 1)));
  };
  const respond = async (): Promise<void> => {
    const meant = edit();
    if (!meant) return;
    if (meant.size > MOST_RESPONDED) {
      toast(`A responder takes ${MOST_RESPONDED} at once. Select fewer.`);
      return;
    }
    const ids = await idsFor(MOST_RESPONDED);
    respondStore.getState().open({
      objects: ids.map((id) => ({ type: 'case_artifact', id }) as const),
      about: `${plural(ids.length, 'observable')}, ${props.about}`,
      caseId,
    });
  };
  const analyse = async (setId?: string): Promise<void> => {
    const ids = await idsFor(MOST_RUN);
    if (ids.length === 0) return;
    if (selected > ids.length) toast(`The first ${count(ids.length)}: a run sheet takes no more at once`);
    runRequestStore.getState().open({
      plan: {
        subjects: ids.map((observableId) => ({ observableId })),
        ...(setId === undefined ? { withRemote: true } : { setId }),
      },
      about: `${plural(ids.length, 'observable')}, ${props.about}`,
      backTo: props.backTo,
    });
    navigate('/run');
  };
  useEffect(() => {
    const aimed = edit()?.size ?? 0;
    const runSet = (setId: string): void => void analyse(setId);
    runTargetStore.setState({ target: aimed === 0 ? undefined : { about: plural(aimed, 'observable'), runSet } });
  });
  useEffect(() => () => runTargetStore.setState({ target: undefined }), []);
  /** Of the selection, else of everything that the filter shows. */
  const refresh = async (olderThanMinutes: number | null): Promise<void> => {
    const target = selected > 0 ? targetOf(selection, filter) : { matching: filter };
    const ids = await targetIds(target, MOST_RUN);
    if (ids.length === 0) return;
    const plan = await refreshPlan({ ids, olderThanMinutes });
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
  const flag = (name: keyof typeof FLAG_SAID): void => {
    const meant = edit();
    if (!meant) return;
    const isOn = !knownRows().every((row) => row[name]);
    const [on, off] = FLAG_SAID[name];
    void editObservables(
      meant.target,
      { [name]: isOn },
      meant.size,
      (changed) => `${plural(changed, 'observable')} ${isOn ? on : off}`,
    ).catch(() => undefined);
  };
  const trash = (): void => {
    const meant = edit();
    if (!meant) return;
    setSelection(NOTHING);
    void editObservables(
      meant.target,
      { isInTrash: true },
      meant.size,
      (changed) => `${plural(changed, 'observable')} moved to the trash`,
    ).catch(() => undefined);
  };
  const ask = (what: Opened): void => {
    if (what === 'add' ? caseId !== undefined : edit() !== undefined) setOpened(what);
  };
  const open = (index: number): void => {
    const row = nums[index] === undefined ? undefined : rows.of(nums[index]);
    if (row) navigate(`/observables/${row.id}`);
  };
  const back = (): void => {
    if (selected > 0) setSelection(NOTHING);
    else if (isDrawerOpen) setDrawerOpen(false);
    else if (isFiltered) change(NO_FILTER);
    else if (caseId !== undefined) navigate('/cases');
  };
  const move = (step: number): void => setCursor(Math.max(0, Math.min(total - 1, at + step)));

  useKeys([
    { keys: 'j', run: () => move(1) },
    { keys: 'k', run: () => move(-1) },
    { keys: 'ArrowDown', run: () => move(1) },
    { keys: 'ArrowUp', run: () => move(-1) },
    { keys: 'PageDown', run: () => move(PAGE_STEP) },
    { keys: 'PageUp', run: () => move(-PAGE_STEP) },
    { keys: 'Home', run: () => setCursor(0) },
    { keys: 'End', run: () => setCursor(Math.max(0, total - 1)) },
    { keys: 'x', run: () => toggle(at) },
    { keys: 'shift+x', run: () => selectTo(at) },
    { keys: 'mod+a', run: () => total > 0 && setSelection({ kind: 'all', except: new Set() }) },
    { keys: 'Space', run: () => setDrawerOpen(!isDrawerOpen) },
    { keys: 'Enter', run: () => open(at) },
    { keys: 'Escape', run: back },
    { keys: 'r', label: 'Analyse…', run: () => void analyse() },
    { keys: 'e', label: 'Edit…', run: () => ask('edit') },
    { keys: 't', label: 'Change tags…', run: () => ask('tags') },
    { keys: 'i', label: 'IOC on or off', run: () => flag('isIoc') },
    { keys: 's', label: 'Sighted on or off', run: () => flag('isSighted') },
    { keys: 'u', label: 'Count for similar cases or not', run: () => flag('ignoreSimilarity') },
    { keys: 'l', label: 'Link to another…', run: () => current && (setDrawerOpen(true), setLinking(true)) },
    { keys: 'n', label: 'Add observables…', run: () => ask('add') },
    { keys: 'Delete', label: 'Move to the trash', run: trash },
    { keys: '/', label: 'Filter the observables', run: () => field.current?.focus() },
    ...copyKeys(knownRows),
  ]);

  const style = { '--facets': `${widths.facets}px`, '--drawer': `${widths.drawer}px` } as React.CSSProperties;
  const failure = query.error ?? rows.error;
  const close = (): void => setOpened(undefined);
  const editFor = (what: Opened): EditTarget | undefined => (opened === what ? edit() : undefined);
  return (
    <div className="observables" style={style}>
      <aside className="facets-pane" aria-label="Facets" data-open={isSideOpen}>
        {facets && <Facets facets={facets} state={state} onChange={change} />}
        <Resizer panel="facets" side="left" label="Width of the facets" />
      </aside>
      <section aria-label="Observables">
        {selected > 0 ? (
          <SelectionBar
            selected={selected}
            total={total}
            isAll={selection.kind === 'all'}
            onSelectAll={() => setSelection({ kind: 'all', except: new Set() })}
            onAnalyse={() => void analyse()}
            onRespond={() => void respond()}
            onRefresh={(limit) => void refresh(limit)}
            onEdit={() => ask('edit')}
            onTags={() => ask('tags')}
            onRetype={() => ask('type')}
            onIoc={() => flag('isIoc')}
            onSighted={() => flag('isSighted')}
            onIgnore={() => flag('ignoreSimilarity')}
            onExport={() => ask('export')}
            onTrash={trash}
            onClear={() => setSelection(NOTHING)}
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
            <QuickChips facets={facets} state={state} onChange={change} />
            <FilterField
              label="Filter values"
              value={state.text}
              onChange={(text) => change({ ...state, text })}
              field={field}
            />
            <FilterChips state={state} onChange={change} />
            <FilterMenu state={state} onChange={change} />
            <GridMenu sort={sort} onSort={order} />
            <RefreshMenu rows={Math.min(total, MOST_RUN)} onRefresh={(limit) => void refresh(limit)} />
            {caseId !== undefined && (
              <Button size="small" keys="n" onClick={() => ask('add')}>
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
        ) : total === 0 && !query.error ? (
          <NothingHere
            state={state}
            hasCase={caseId !== undefined}
            onClear={() => change(NO_FILTER)}
            onAdd={() => ask('add')}
          />
        ) : (
          <ObservableGrid
            nums={nums}
            rowOf={rows.of}
            onRange={rows.onRange}
            columns={columns}
            sort={sort}
            onSort={order}
            cursor={at}
            isSelected={(num) => isSelected(selection, num)}
            marking={props.marking}
            engagementId={props.engagementId}
            onCursor={setCursor}
            onOpen={open}
            onToggle={toggle}
          />
        )}
        <div className="hints">
          <span>
            {isFiltered ? `${count(total)} of ${count(query.data?.all ?? 0)} match` : plural(total, 'observable')}
            {query.data?.isMore && `, the first ${count(total)} shown`}
            {sort !== 'newest' && `, ${SORT_WORDS[sort].toLowerCase()}`}
          </span>
          <span className="right row loose">
            <Hint keys={['Space']}>Preview</Hint>
            <Hint keys={['Enter']}>Open</Hint>
            <Hint keys={['Ctrl', 'C']}>Copy defanged</Hint>
            <Hint keys={['R']}>Analyse</Hint>
          </span>
        </div>
      </section>
      {isDrawerOpen && current ? (
        <Drawer id={current.id} isLinking={isLinking} onLinking={setLinking} onClose={() => setDrawerOpen(false)} />
      ) : (
        <span hidden />
      )}
      {caseId !== undefined && (
        <AddDialog
          caseId={caseId}
          engagementId={props.engagementId}
          marking={props.marking}
          isOpen={opened === 'add'}
          onClose={close}
        />
      )}
      <ExportDialog
        count={selected}
        isOpen={opened === 'export'}
        load={() => selectedRows(selectedNums(selection, nums))}
        onClose={close}
      />
      <EditDialog edit={editFor('edit')} onClose={close} />
      <TagDialog edit={editFor('tags')} onClose={close} />
      <RetypeDialog edit={editFor('type')} onClose={close} />
    </div>
  );
}

const NO_NUMS: readonly number[] = [];
const PAGE_STEP = 20;

/** What a toggle said when it was put on, and taken off. */
const FLAG_SAID = {
  isIoc: ['marked as IOC', 'unmarked as IOC'],
  isSighted: ['marked as sighted', 'unmarked as sighted'],
  ignoreSimilarity: ['no longer compared with other cases', 'compared with other cases again'],
} as const;

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
