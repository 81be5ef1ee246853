import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { RelatedCase } from '../../../shared/contract/cases.ts';
import type { Case, Resolution } from '../../../shared/contract/entities.ts';
import { isClosed } from '../../../shared/model/case-state.ts';
import { DATA_TYPES, type DataType } from '../../../shared/model/data-type.ts';
import { ChoiceMenu, TlpChip } from '../../ui/chips.tsx';
import { FilterChip } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { LevelIcon } from '../../ui/icons.tsx';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { Value } from '../../ui/value.tsx';
import { RESOLUTION_WORDS } from './case-filter-words.ts';
import { relatedCasesQuery } from './queries.ts';
import { StatusMark } from './status.tsx';

const SHOWN = 4;
const VALUES_SHOWN = 5;

const SORTS = [
  { value: 'rarity', label: 'Rarest match first' },
  { value: 'shared', label: 'Most shared first' },
  { value: 'start', label: 'Newest start first' },
  { value: 'title', label: 'By title' },
] as const;
type Sort = (typeof SORTS)[number]['value'];

/** Equal ones by the number of shared IOCs, then by their number, so that the order is always the same. */
const ORDER: Readonly<Record<Sort, (a: RelatedCase, b: RelatedCase) => number>> = {
  rarity: (a, b) => b.weight - a.weight,
  shared: (a, b) => b.shared - a.shared,
  start: (a, b) => b.startAt - a.startAt,
  title: (a, b) => a.title.localeCompare(b.title),
};

type Keep = 'open' | Resolution;

/** Cases that hold the same observables: of the engagement, and of others only where somebody asks. */
export function RelatedCases({ found }: { found: Case }) {
  const [isEverywhere, setEverywhere] = useState(false);
  const [isWhole, setWhole] = useState(false);
  const [sort, setSort] = useState<Sort>('rarity');
  const [keep, setKeep] = useState<Keep>();
  const { data } = useQuery(relatedCasesQuery(found.id, isEverywhere));
  const sorted = (data ?? [])
    .filter((each) => keep === undefined || keepOf(each) === keep)
    .sort((a, b) => ORDER[sort](a, b) || b.iocs - a.iocs || b.number - a.number);
  const shown = isWhole ? sorted : sorted.slice(0, SHOWN);
  const kinds = [...new Set((data ?? []).map(keepOf))];
  return (
    <>
      <div className="side-head">
        Related cases
        <span className="t3">{data && (data.length === 0 ? 'none' : data.length)}</span>
        <span className="right" />
        {data && data.length > 1 && <ChoiceMenu<Sort> label="Order" value={sort} options={SORTS} onChange={setSort} />}
      </div>
      {kinds.length > 1 && (
        <div className="related-tools" role="group" aria-label="Keep only">
          {kinds.map((kind) => (
            <FilterChip
              key={kind}
              label={kind === 'open' ? 'Open' : RESOLUTION_WORDS[kind]}
              count={data?.filter((each) => keepOf(each) === kind).length ?? 0}
              isOn={keep === kind}
              onToggle={() => setKeep(keep === kind ? undefined : kind)}
            />
          ))}
        </div>
      )}
      {data?.length === 0 && (
        <p className="section t2 f12">
          {found.counts.observables === 0
            ? 'Cases that hold the same observables show here.'
            : `No other case${isEverywhere ? '' : ' of this engagement'} holds an observable of this one.`}
          {!isEverywhere && found.counts.observables > 0 && (
            <>
              {' '}
              <button type="button" className="lnk" onClick={() => setEverywhere(true)}>
                Look in other engagements
              </button>
            </>
          )}
        </p>
      )}
      {shown.map((related) => (
        <RelatedRow key={related.id} related={related} isElsewhere={related.engagementId !== found.engagementId} />
      ))}
      {sorted.length > SHOWN && !isWhole && (
        <button type="button" className="lnk f12 section" onClick={() => setWhole(true)}>
          {plural(sorted.length - SHOWN, 'more case')}
        </button>
      )}
    </>
  );
}

const keepOf = ({ status, resolution }: RelatedCase): Keep =>
  isClosed(status) ? (resolution ?? 'indeterminate') : 'open';

const isKnownType = (name: string): name is DataType => (DATA_TYPES as readonly string[]).includes(name);

function RelatedRow({ related, isElsewhere }: { related: RelatedCase; isElsewhere: boolean }) {
  const [shown, setShown] = useState(1);
  const more = related.values.length - shown;
  return (
    <div className="side-row">
      <Link className="m el" href={`/cases/${related.number}`}>
        <span className="mono t3">#{related.number}</span> <Text>{related.title}</Text>
      </Link>
      <span className="f12 t3">
        <Age at={related.startAt} />
      </span>
      <span className="side-row-text row f12 t2">
        <StatusMark status={related.status} resolution={related.resolution} />
        <TlpChip tlp={related.tlp} />
        <span className="shared-count">
          {related.shared} shared{related.iocs > 0 && `, ${plural(related.iocs, 'IOC')}`}
          {isElsewhere && ', another engagement'}
        </span>
      </span>
      <span className="shared-values f12">
        {related.values.slice(0, shown).map(
          ({ dataType, value, verdict }) =>
            isKnownType(dataType) && (
              <span key={`${dataType} ${value}`} className="shared-value">
                {verdict !== null && <LevelIcon level={verdict} size={12} />}
                <Value dataType={dataType} value={value} />
              </span>
            ),
        )}
        {more > 0 && (
          <button type="button" className="lnk" onClick={() => setShown(shown + VALUES_SHOWN)}>
            +{more} more
          </button>
        )}
      </span>
    </div>
  );
}
