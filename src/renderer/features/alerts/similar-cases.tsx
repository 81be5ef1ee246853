import { IconTarget } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { AlertDetail, SimilarCase } from '../../../shared/contract/alerts.ts';
import { ChoiceMenu } from '../../ui/chips.tsx';
import { Button, FilterChip } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { typeWords } from '../../ui/icons.tsx';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { Value } from '../../ui/value.tsx';
import { StatusMark } from '../cases/status.tsx';
import { mergeAlerts } from './actions.ts';
import { similarQuery } from './queries.ts';

const SHARES = [
  { value: '0', label: 'Any share' },
  { value: '10', label: 'From 10 %' },
  { value: '25', label: 'From 25 %' },
  { value: '50', label: 'From 50 %' },
  { value: '75', label: 'From 75 %' },
] as const;
type Share = (typeof SHARES)[number]['value'];

/** Cases that hold what this alert brings: how much of it, and the way to merge into one. */
export function SimilarCases({ alert }: { alert: AlertDetail }) {
  const [share, setShare] = useState<Share>('0');
  const [isOpenOnly, setOpenOnly] = useState(false);
  const { data } = useQuery({
    ...similarQuery(alert.id, Number(share), isOpenOnly),
    placeholderData: keepPreviousData,
  });
  const isFiltered = share !== '0' || isOpenOnly;
  return (
    <>
      <div className="side-head">
        Similar cases
        <span className="t3">{data && (data.length === 0 ? 'none' : `${data.length}, the rarest match first`)}</span>
        <span className="right" />
        <FilterChip label="Open only" isOn={isOpenOnly} onToggle={() => setOpenOnly(!isOpenOnly)} />
        <ChoiceMenu<Share> label="Share of observables" value={share} options={SHARES} onChange={setShare} />
      </div>
      {data?.length === 0 && (
        <p className="section t2 f12">
          {alert.observables === 0
            ? 'There is nothing to compare by.'
            : isFiltered
              ? 'No case passes this filter.'
              : 'No case of this engagement holds any of these observables.'}
        </p>
      )}
      {data?.map((one) => (
        <SimilarRow key={one.id} one={one} alert={alert} />
      ))}
    </>
  );
}

function SimilarRow({ one, alert }: { one: SimilarCase; alert: AlertDetail }) {
  return (
    <div className="similar-row">
      <span className="row">
        <Link className="m el" href={`/cases/${one.number}`}>
          <span className="mono t3">#{one.number}</span> <Text>{one.title}</Text>
        </Link>
        <span className="right f12 t3">
          <Age at={one.startAt} />
        </span>
        {alert.caseId === null && (
          <Button
            size="small"
            label={`Merge into case #${one.number}`}
            onClick={() => void mergeAlerts([alert.id], one.id)}
          >
            Merge
          </Button>
        )}
      </span>
      <span className="row wrap f12 t2">
        <StatusMark status={one.status} resolution={one.resolution} />
        <ShareBar label="observables" {...one.observables} />
        {one.iocs.of > 0 && <ShareBar label="IOCs" {...one.iocs} />}
        <span className="t3">
          {Object.entries(one.types)
            .map(([type, n]) => `${n} ${typeWords(type)}`)
            .join(', ')}
        </span>
      </span>
      <span className="similar-values f12">
        {one.values.slice(0, 3).map(({ dataType, value, isIoc }) => (
          <span key={`${dataType} ${value}`} className="shared-value">
            {isIoc && <IconTarget size={12} stroke={1.75} aria-label="IOC" />}
            <Value dataType={dataType} value={value} />
          </span>
        ))}
        {one.observables.shared > 3 && <span className="t3">{plural(one.observables.shared - 3, 'more value')}</span>}
      </span>
    </div>
  );
}

/** "3/8 observables (38 %)", drawn and said. */
function ShareBar({ label, shared, of }: { label: string; shared: number; of: number }) {
  const percent = of === 0 ? 0 : Math.round((shared / of) * 100);
  return (
    <span className="share">
      <span className="bar" aria-hidden="true">
        <i style={{ width: `${percent}%` }} />
      </span>
      {shared}/{of} {label} ({percent} %)
    </span>
  );
}
