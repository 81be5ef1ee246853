import { IconUnlink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Observable } from '../../../shared/contract/entities.ts';
import { TlpChip, Verdict } from '../../ui/chips.tsx';
import { count, plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { elsewhereQuery } from './queries.ts';

const SHOWN = 10;

/** Other cases that hold it, with what they say of it, and how rare it is. */
export function Elsewhere({ observable }: { observable: Observable }) {
  const [isEverywhere, setEverywhere] = useState(false);
  const [isAll, setAll] = useState(false);
  const { data } = useQuery(elsewhereQuery(observable.id, isEverywhere));
  const shown = isAll ? data?.items : data?.items.slice(0, SHOWN);
  return (
    <div className="section">
      <div className="row">
        <h2>Seen elsewhere</h2>
        <span className="right" />
        <label className="f12 t2 row tight">
          <input
            type="checkbox"
            checked={isEverywhere}
            onChange={(event) => setEverywhere(event.currentTarget.checked)}
          />
          in every engagement
        </label>
      </div>
      {data?.isIgnored && (
        <p className="f12 t2 row tight">
          <IconUnlink size={14} stroke={1.75} aria-hidden="true" />
          Not compared with other cases. U compares it again.
        </p>
      )}
      {data && !data.isIgnored && (
        <p className="f12 t2">
          {data.items.length === 0
            ? `In this case only, of ${plural(data.ofCases, 'case')}${isEverywhere ? ' in all engagements' : ''}.`
            : `In ${count(data.cases)}${data.isMore ? ' or more' : ''} of ${plural(data.ofCases, 'case')}${rarity(data)}.`}
        </p>
      )}
      {shown && shown.length > 0 && (
        <ul className="elsewhere">
          {shown.map((each) => (
            <li key={each.observableId}>
              <Link className="lnk el" href={`/cases/${each.caseNumber}`}>
                <span className="mono">#{each.caseNumber}</span> <Text>{each.title}</Text>
              </Link>
              <span className="f12 t3 nowrap">
                <Age at={each.startAt} />
              </span>
              <span className="row tight wrap facts">
                <TlpChip tlp={each.tlp} />
                <Link className="row tight" href={`/observables/${each.observableId}`}>
                  <Verdict level={each.verdict} isBare />
                </Link>
                {each.isIoc && <span className="f12 t2">IOC</span>}
                {each.isSighted && <span className="f12 t2">Sighted</span>}
                {each.match === 'hash' && (
                  <span className="f12 t2">{each.dataType === 'file' ? 'as the file itself' : 'as a hash of it'}</span>
                )}
                {isEverywhere && (
                  <span className="f12 t3 el">
                    <Text>{each.engagementName}</Text>
                  </span>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {data && data.items.length > SHOWN && !isAll && (
        <button type="button" className="lnk f12" onClick={() => setAll(true)}>
          {plural(data.items.length - SHOWN, 'more')}
          {data.isMore && ' and others'}
        </button>
      )}
    </div>
  );
}

/** In words, so that nobody takes a value that is everywhere for a lead. */
function rarity({ cases, ofCases }: { cases: number; ofCases: number }): string {
  const share = cases / Math.max(1, ofCases);
  return ofCases < 10 ? '' : share > 0.25 ? ': common, says little' : share < 0.02 ? ': rare' : '';
}
