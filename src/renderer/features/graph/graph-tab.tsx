import { IconMinus, IconPhotoDown, IconPlus, IconShare3, IconZoomScan } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { Case } from '../../../shared/contract/entities.ts';
import type { GraphNode } from '../../../shared/contract/graph.ts';
import { ChoiceMenu } from '../../ui/chips.tsx';
import { Button, Empty, FilterChip, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Hint } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { saveFile } from '../../ui/save-text.ts';
import { toast } from '../../ui/toast.tsx';
import type { Canvas } from './canvas.tsx';
import { FilterMenu } from './filter-menu.tsx';
import { filtered, type GraphFilter, neighboursOf, pictureOf, pictureWords, type Spot } from './graph-model.ts';
import type { LayoutName } from './layout-protocol.ts';
import { aroundQuery, graphQuery } from './queries.ts';
import { SpotList } from './spot-list.tsx';
import { SpotPanel } from './spot-panel.tsx';
import { useLayout } from './use-layout.ts';
import './graph.css';

const GraphCanvas = lazy(() => import('./canvas.tsx'));

const LAYOUT_OPTIONS: readonly { value: LayoutName; label: string }[] = [
  { value: 'organic', label: 'Organic' },
  { value: 'circles', label: 'Circles' },
  { value: 'tree', label: 'Tree' },
  { value: 'grid', label: 'Grid' },
];

const NOTHING_HIDDEN: GraphFilter = { hiddenTypes: new Set(), hiddenLinks: new Set(), isBadOnly: false };

/** What a case is made of and how it hangs together, as a picture with a list beside it. */
export default function GraphTab({ found }: { found: Case }) {
  const [isLinkedOnly, setLinkedOnly] = useState(true);
  const [layout, setLayout] = useState<LayoutName>('organic');
  const [filter, setFilter] = useState(NOTHING_HIDDEN);
  const [expanded, setExpanded] = useState<readonly Pick<GraphNode, 'id' | 'kind'>[]>([]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  /** Stays selected while the list is walked: the first of two that are to be linked. */
  const [pinned, setPinned] = useState<string>();
  const [isLinking, setLinking] = useState(false);
  const [, navigate] = useLocation();
  const canvas = useRef<Canvas>(null);

  const { data, error, refetch } = useQuery(graphQuery(found.id, isLinkedOnly));
  const around = useQuery({ ...aroundQuery(expanded), placeholderData: keepPreviousData });
  const whole = useMemo(() => pictureOf(data ? [data, ...(around.data ?? [])] : []), [data, around.data]);
  const picture = useMemo(() => filtered(whole, filter), [whole, filter]);
  const { positions, isBusy } = useLayout(picture, layout);

  const spots = useMemo(() => new Map(picture.spots.map((spot) => [spot.key, spot])), [picture]);
  const chosen = [...selected].flatMap((key) => spots.get(key) ?? []);
  const lit = useMemo(() => {
    const one = selected.size === 1 ? [...selected][0] : undefined;
    if (one === undefined || !spots.has(one)) return undefined;
    const near = neighboursOf(picture, one);
    return new Set([one, ...near.flatMap(({ spot, line }) => [spot.key, line.id])]);
  }, [selected, spots, picture]);

  const select = (ids: string[], isAdded: boolean): void => {
    setPinned(undefined);
    setSelected((before) => new Set(isAdded ? [...before, ...ids] : ids));
  };
  const show = useCallback(
    (key: string): void => {
      setSelected(new Set(pinned === undefined ? [key] : [pinned, key]));
      canvas.current?.show(key);
    },
    [pinned],
  );
  const clear = (): void => select([], false);
  const expand = ({ node }: Spot): void => {
    setExpanded((before) =>
      before.some(({ id }) => id === node.id) ? before : [...before, { id: node.id, kind: node.kind }],
    );
  };
  const open = ({ node }: Spot): void =>
    navigate(
      node.kind === 'case'
        ? `/cases/${node.number}`
        : node.kind === 'observable'
          ? `/observables/${node.id}`
          : `/cases/${found.number}/evidence`,
    );

  const save = useMutation({
    mutationFn: async () => {
      const blob = await canvas.current?.png();
      if (!blob) return;
      const name = `case-${found.number}-graph.png`;
      saveFile(name, blob);
      toast(`Picture saved as ${name}`);
    },
  });

  useKeys([
    { keys: '0', label: 'Fit the whole graph', run: () => canvas.current?.fit() },
    { keys: '+', label: 'Zoom in', run: () => canvas.current?.zoom(1.25) },
    { keys: '-', label: 'Zoom out', run: () => canvas.current?.zoom(0.8) },
    {
      keys: 'x',
      label: 'Select the first of two to link',
      when: () => chosen.length === 1,
      run: () => setPinned(chosen[0]!.key),
    },
    { keys: 'l', label: 'Link them…', when: () => chosen.length === 2, run: () => setLinking(true) },
    {
      keys: 'e',
      label: 'Expand: draw what hangs on it',
      when: () => chosen.length === 1,
      run: () => expand(chosen[0]!),
    },
    { keys: 'Enter', when: () => chosen.length === 1, run: () => open(chosen[0]!) },
    { keys: 'Escape', run: () => (selected.size > 0 ? clear() : navigate('/cases')) },
  ]);

  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!data) return <Skeleton />;
  if (whole.spots.length === 0)
    return <NoGraph found={found} onShowAll={() => setLinkedOnly(false)} isLinkedOnly={isLinkedOnly} />;
  return (
    <>
      <div className="toolbar">
        <ChoiceMenu<LayoutName> label="Layout" value={layout} options={LAYOUT_OPTIONS} onChange={setLayout} />
        <FilterMenu picture={whole} filter={filter} onChange={setFilter} />
        <FilterChip
          label="Bad only"
          isOn={filter.isBadOnly}
          onToggle={() => setFilter({ ...filter, isBadOnly: !filter.isBadOnly })}
        />
        <FilterChip label="Linked only" isOn={isLinkedOnly} onToggle={() => setLinkedOnly(!isLinkedOnly)} />
        <span className="grow f12 t3 el" aria-live="polite">
          {isBusy ? 'Laying out…' : `${plural(picture.spots.length, 'thing')}, ${plural(picture.lines.length, 'link')}`}
          {data.left > 0 && `; ${plural(data.left, 'observable')} not in the picture`}
        </span>
        {expanded.length > 0 && (
          <Button size="small" kind="ghost" onClick={() => setExpanded([])}>
            Back to the case
          </Button>
        )}
        <Button isIcon kind="ghost" label="Zoom out" keys="-" onClick={() => canvas.current?.zoom(0.8)}>
          <IconMinus size={15} stroke={1.75} />
        </Button>
        <Button isIcon kind="ghost" label="Zoom in" keys="+" onClick={() => canvas.current?.zoom(1.25)}>
          <IconPlus size={15} stroke={1.75} />
        </Button>
        <Button isIcon kind="ghost" label="Fit the whole graph" keys="0" onClick={() => canvas.current?.fit()}>
          <IconZoomScan size={15} stroke={1.75} />
        </Button>
        <Button isIcon kind="ghost" label="Save as a picture" isDisabled={save.isPending} onClick={() => save.mutate()}>
          <IconPhotoDown size={15} stroke={1.75} />
        </Button>
      </div>
      <div className="graph">
        <Suspense fallback={<Skeleton />}>
          <GraphCanvas
            handle={canvas}
            picture={picture}
            positions={positions}
            selected={selected}
            lit={lit}
            label={pictureWords(picture)}
            onSelect={select}
            onOpen={(key) => {
              const spot = spots.get(key);
              if (spot) expand(spot);
            }}
          />
        </Suspense>
        <aside className="graph-side" aria-label="Things in the graph">
          <SpotList
            picture={picture}
            current={chosen.length <= 2 ? chosen.at(-1)?.key : undefined}
            pinned={pinned}
            onShow={show}
            onOpen={open}
          />
          <SpotPanel
            chosen={chosen}
            line={picture.lines.find(({ id }) => selected.has(id))}
            picture={picture}
            isLinking={isLinking}
            onLinking={setLinking}
            isPinned={pinned !== undefined}
            onShow={show}
            onExpand={expand}
            onOpen={open}
          />
        </aside>
      </div>
      <div className="hints">
        <Hint keys={['Enter']}>Open</Hint>
        <Hint keys={['E']}>Expand</Hint>
        <Hint keys={['X']}>Select, then another one</Hint>
        <Hint keys={['L']}>Link the two</Hint>
        <Hint keys={['0']}>Fit</Hint>
      </div>
    </>
  );
}

function NoGraph({ found, isLinkedOnly, onShowAll }: { found: Case; isLinkedOnly: boolean; onShowAll(): void }) {
  const hasAny = found.counts.observables > 0;
  return (
    <Empty
      icon={IconShare3}
      title={hasAny ? 'Nothing in this case is linked yet' : 'Nothing to draw yet'}
      actions={
        hasAny &&
        isLinkedOnly && <Button onClick={onShowAll}>Show all {plural(found.counts.observables, 'observable')}</Button>
      }
    >
      {hasAny
        ? 'Links come from files and what stood in them, from reports, from other cases with the same value, and from those that you make between observables.'
        : 'Add observables or drop a file. What was found in it, what reports propose and which other cases hold the same value is drawn here.'}
    </Empty>
  );
}
