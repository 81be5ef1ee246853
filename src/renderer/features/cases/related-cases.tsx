import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { RelatedCase } from '../../../shared/contract/cases.ts';
import type { Case } from '../../../shared/contract/entities.ts';
import { DATA_TYPES, type DataType } from '../../../shared/model/data-type.ts';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { LevelIcon } from '../../ui/icons.tsx';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { Value } from '../../ui/value.tsx';
import { relatedCasesQuery } from './queries.ts';

const SHOWN = 4;

/** Cases that hold the same observables: of the engagement, and of others only where somebody asks. */
export function RelatedCases({ found }: { found: Case }) {
  const [isEverywhere, setEverywhere] = useState(false);
  const [isWhole, setWhole] = useState(false);
  const { data } = useQuery(relatedCasesQuery(found.id, isEverywhere));
  const shown = isWhole ? data : data?.slice(0, SHOWN);
  return (
    <>
      <div className="side-head">
        Related cases
        <span className="t3">{data && (data.length === 0 ? 'none' : `${data.length}, the rarest match first`)}</span>
      </div>
      {data?.length === 0 && (
        <p className="section t2 f12">
          {found.counts.observables === 0
            ? 'Cases that hold the same observables show here.'
            : `No other case${isEverywhere ? '' : ' of this engagement'} holds an observable of this one.`}
          {!isEverywhere && found.counts.observables > 0 && (
            <>
              {' '}
              <Button size="small" kind="ghost" onClick={() => setEverywhere(true)}>
                Look in other engagements
              </Button>
            </>
          )}
        </p>
      )}
      {shown?.map((related) => (
        <RelatedRow key={related.id} related={related} isElsewhere={related.engagementId !== found.engagementId} />
      ))}
      {data && data.length > SHOWN && !isWhole && (
        <button type="button" className="lnk f12 section" onClick={() => setWhole(true)}>
          {plural(data.length - SHOWN, 'more case')}
        </button>
      )}
    </>
  );
}

const isKnownType = (name: string): name is DataType => (DATA_TYPES as readonly string[]).includes(name);

function RelatedRow({ related, isElsewhere }: { related: RelatedCase; isElsewhere: boolean }) {
  const [first] = related.values;
  return (
    <Link className="side-row" href={`/cases/${related.number}`}>
      <span className="m el">
        <span className="mono t3">#{related.number}</span> <Text>{related.title}</Text>
      </span>
      <span className="f12 t3">
        <Age at={related.startAt} />
      </span>
      <span className="side-row-text row f12 t2">
        <span className="shared-count">
          {related.shared} shared{related.iocs > 0 && `, ${plural(related.iocs, 'IOC')}`}
          {isElsewhere && ', another engagement'}
        </span>
        {first && isKnownType(first.dataType) && (
          <span className="shared-value">
            {first.verdict !== null && <LevelIcon level={first.verdict} size={12} />}
            <Value dataType={first.dataType} value={first.value} />
          </span>
        )}
        {related.shared > 1 && <span className="t3">+{related.shared - 1}</span>}
      </span>
    </Link>
  );
}
