import { IconFilterOff, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { isDataType } from '../../../shared/model/data-type.ts';
import { parseSearch, SEARCH_KINDS, type SearchKind } from '../../../shared/model/search-query.ts';
import { useEngagement } from '../../state/engagement.ts';
import { Button, Empty, Segmented, Skeleton } from '../../ui/controls.tsx';
import { copyKeys } from '../../ui/copy.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Facet } from '../../ui/facet.tsx';
import { count, plural } from '../../ui/format.ts';
import { Hint } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { FilterChips } from './filter-chips.tsx';
import { HitRow } from './hit-row.tsx';
import { hrefOf, KIND_WORDS } from './hit-words.ts';
import { type Group, type Hit, nextPage, searchQuery } from './queries.ts';
import { readSearchPath, searchPath } from './search-path.ts';
import { SearchProblems } from './search-problems.tsx';
import './search.css';

type Row = { kind: 'head'; group: Group } | { kind: 'hit'; hit: Hit } | { kind: 'more'; group: Group };

/** Of each kind when all are shown, and of one when it is alone. */
const FEW = 10;
const MANY = 100;

/** `#/search?q=…`: everything that matches, by kind; the same language as the palette's. */
export function SearchPage() {
  const [, navigate] = useLocation();
  const engagement = useEngagement();
  const [place, setPlace] = useState(() => readSearchPath(window.location.hash.split('?')[1] ?? ''));
  const [cursor, setCursor] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const { text, isEverywhere, kind } = place;
  const request = {
    text,
    isEverywhere,
    engagementId: engagement?.id,
    limit: kind === undefined ? FEW : MANY,
    ...(kind !== undefined && { kinds: [kind] }),
  };
  const query = useQuery({ ...searchQuery(request), enabled: text.trim() !== '' && engagement !== undefined });
  const groups = text.trim() === '' ? [] : (query.data?.groups ?? []);
  const { rows, more } = useMoreRows(groups, request);
  // The first row is the head of the first group.
  const at = Math.min(Math.max(cursor, 1), rows.length - 1);

  // The address says what is shown; going back goes to the search before it.
  useEffect(() => {
    window.history.replaceState(window.history.state, '', `#${searchPath(place)}`);
  }, [place]);
  useEffect(() => {
    const follow = (): void => {
      const [path, asked] = window.location.hash.slice(1).split('?');
      if (path === '/search') setPlace(readSearchPath(asked ?? ''));
    };
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  useEffect(() => field.current?.focus(), []);

  const change = (patch: Partial<typeof place>): void => {
    setPlace({ ...place, ...patch });
    setCursor(0);
  };
  const open = (index: number): void => {
    const row = rows[index];
    if (row?.kind === 'hit') navigate(hrefOf(row.hit));
    else if (row?.kind === 'more') void more.load(row.group);
    else if (row?.kind === 'head') change({ kind: row.group.kind });
  };
  const move = (step: 1 | -1): void => setCursor(stepCursor(rows, at, step, isHead));
  const current = rows[at];
  useKeys([
    { keys: 'j', run: () => move(1) },
    { keys: 'k', run: () => move(-1) },
    { keys: 'ArrowDown', run: () => move(1) },
    { keys: 'ArrowUp', run: () => move(-1) },
    { keys: 'Enter', run: () => open(at) },
    { keys: '/', run: () => field.current?.focus() },
    { keys: 'g', label: 'Search every engagement or this one', run: () => change({ isEverywhere: !isEverywhere }) },
    ...copyKeys(() => (current?.kind === 'hit' ? copyable(current.hit) : [])),
  ]);
  const total = groups.reduce((sum, group) => sum + group.hits.length, 0);
  const isMore = groups.some((group) => group.next !== null);
  return (
    <>
      <div className="page-head">
        <h1>Search</h1>
        <label className="search-field grow">
          <IconSearch size={16} stroke={1.75} aria-hidden="true" />
          <input
            ref={field}
            type="search"
            aria-label="Search"
            placeholder='Words, "a phrase", -not, type:ip tag:apt is:ioc case:12 in:notes before:2026-11-01'
            maxLength={2_000}
            spellCheck={false}
            value={text}
            onChange={(event) => change({ text: event.target.value })}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown' || event.key === 'Enter') {
                event.preventDefault();
                document.querySelector<HTMLElement>('.search-hits [role="grid"]')?.focus();
                if (event.key === 'Enter' && rows.some((row) => row.kind === 'hit')) open(isHead(rows[at]) ? 1 : at);
              }
            }}
          />
        </label>
        <Segmented<'here' | 'everywhere'>
          label="Where"
          value={isEverywhere ? 'everywhere' : 'here'}
          options={[
            { value: 'here', label: 'This engagement' },
            { value: 'everywhere', label: 'Everywhere' },
          ]}
          onChange={(value) => change({ isEverywhere: value === 'everywhere' })}
        />
      </div>
      <FilterChips text={text} onChange={(next) => change({ text: next })} />
      <SearchProblems text={text} problems={text.trim() === '' ? [] : (query.data?.problems ?? [])} />
      <div className="search-body">
        <aside aria-label="Kinds" className="search-side facets scroll">
          <h2>Found in</h2>
          {SEARCH_KINDS.map((each) => (
            <KindFacet
              key={each}
              kind={each}
              group={groups.find((group) => group.kind === each)}
              isOn={kind === each}
              onToggle={() => change({ kind: kind === each ? undefined : each })}
            />
          ))}
        </aside>
        <section aria-label="Results" className="search-hits">
          {query.error ? (
            <div className="section">
              <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
            </div>
          ) : text.trim() === '' ? (
            <Empty icon={IconSearch} title="Search everything">
              Cases, tasks, notes, values, alerts, reports and the text inside files. Type a value whole, defanged or
              not, and it is found at once; part of a word is enough for values.
            </Empty>
          ) : query.isPending ? (
            <Skeleton lines={5} />
          ) : rows.length === 0 ? (
            <Nothing text={text} isEverywhere={isEverywhere} kind={kind} onChange={change} />
          ) : (
            <VirtualGrid<Row>
              label="Results"
              rows={rows}
              rowKey={(row) => (row.kind === 'hit' ? `${row.hit.id}${row.hit.part}` : `${row.kind}-${row.group.kind}`)}
              rowHeight={(row) => (row.kind === 'head' ? 32 : 36)}
              columns="minmax(0, 1fr)"
              head={<span role="columnheader">Exact first, then the newest</span>}
              cursor={at}
              onCursor={setCursor}
              onOpen={open}
              isGroup={isHead}
              renderRow={(row, index) => <ResultRow row={row} isLoading={more.isLoading} onOpen={() => open(index)} />}
            />
          )}
        </section>
      </div>
      <div className="hints">
        <span>
          {text.trim() !== '' && !query.isPending && `${plural(total, 'result')}${isMore ? ' and more' : ''}`}
        </span>
        <span className="right row loose">
          <Hint keys={['Enter']}>Open</Hint>
          <Hint keys={['/']}>Search</Hint>
          <Hint keys={['G']}>Everywhere</Hint>
        </span>
      </div>
    </>
  );
}

const isHead = (row: Row | undefined): boolean => row?.kind === 'head';

const copyable = (hit: Hit) =>
  hit.kind === 'observable' && hit.dataType !== null && isDataType(hit.dataType)
    ? [{ dataType: hit.dataType, value: hit.title.text }]
    : [];

/** The groups as rows, with the pages that were asked for since; another question forgets them. */
function useMoreRows(groups: readonly Group[], request: Parameters<typeof nextPage>[0]) {
  const key = JSON.stringify(request);
  const [added, setAdded] = useState<{ key: string; pages: ReadonlyMap<SearchKind, Group> }>({ key, pages: new Map() });
  const [isLoading, setLoading] = useState(false);
  const pages = added.key === key ? added.pages : undefined;
  const rows = useMemo(() => {
    const list: Row[] = [];
    for (const first of groups) {
      const further = pages?.get(first.kind);
      const group = further === undefined ? first : { ...further, hits: [...first.hits, ...further.hits] };
      list.push({ kind: 'head', group });
      for (const hit of group.hits) list.push({ kind: 'hit', hit });
      if (group.next !== null) list.push({ kind: 'more', group });
    }
    return list;
  }, [groups, pages]);
  const load = async (group: Group): Promise<void> => {
    if (group.next === null || isLoading) return;
    setLoading(true);
    try {
      const answer = await nextPage({ ...request, limit: MANY }, group.kind, group.next);
      const next = answer.groups[0];
      const before = pages?.get(group.kind)?.hits ?? [];
      const whole = { kind: group.kind, next: next?.next ?? null, isPartial: next?.isPartial ?? false };
      const found = { ...whole, hits: [...before, ...(next?.hits ?? [])] };
      setAdded({ key, pages: new Map([...(pages ?? []), [group.kind, found]]) });
    } finally {
      setLoading(false);
    }
  };
  return { rows, more: { load, isLoading } };
}

function ResultRow({ row, isLoading, onOpen }: { row: Row; isLoading: boolean; onOpen(): void }) {
  if (row.kind === 'hit')
    return (
      <span role="gridcell" className="search-hit">
        <button type="button" className="search-open" tabIndex={-1} onClick={onOpen}>
          <HitRow hit={row.hit} />
        </button>
      </span>
    );
  const { kind, hits, next, isPartial } = row.group;
  if (row.kind === 'head')
    return (
      <span role="gridcell" className="m">
        {KIND_WORDS[kind]}{' '}
        <span className="t3">
          {count(hits.length)}
          {next === null ? '' : '+'}
        </span>
      </span>
    );
  return (
    <span role="gridcell">
      <button type="button" className="lnk f12" tabIndex={-1} disabled={isLoading} onClick={onOpen}>
        {isLoading ? 'Searching…' : isPartial ? 'Search further back' : `More ${KIND_WORDS[kind].toLowerCase()}`}
      </button>
    </span>
  );
}

function KindFacet(props: { kind: SearchKind; group: Group | undefined; isOn: boolean; onToggle(): void }) {
  const n = props.group?.hits.length ?? 0;
  const isMore = props.group !== undefined && props.group.next !== null;
  return (
    <Facet
      icon={null}
      label={KIND_WORDS[props.kind]}
      n={n}
      {...(isMore && { most: n })}
      isOn={props.isOn}
      onToggle={props.onToggle}
    />
  );
}

function Nothing(props: {
  text: string;
  isEverywhere: boolean;
  kind: SearchKind | undefined;
  onChange(patch: { isEverywhere?: boolean; kind?: SearchKind | undefined; text?: string }): void;
}) {
  const { terms, filters } = parseSearch(props.text, 0);
  const words = terms.map((term) => (term.isPhrase ? `"${term.text}"` : term.text)).join(' ');
  return (
    <Empty
      icon={IconFilterOff}
      title={
        props.kind === undefined ? 'Nothing matches' : `Nothing in ${KIND_WORDS[props.kind].toLowerCase()} matches`
      }
      actions={
        <>
          {props.kind !== undefined && <Button onClick={() => props.onChange({ kind: undefined })}>All kinds</Button>}
          {filters.length > 0 && words !== '' && (
            <Button onClick={() => props.onChange({ text: words })}>Without filters</Button>
          )}
          {!props.isEverywhere && <Button onClick={() => props.onChange({ isEverywhere: true })}>Everywhere</Button>}
        </>
      }
    >
      {props.isEverywhere ? 'Every engagement of this workspace was searched.' : 'Only this engagement was searched.'}{' '}
      What is in the trash is not.
    </Empty>
  );
}
