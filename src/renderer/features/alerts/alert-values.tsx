import { IconEye, IconHistory, IconLinkOff, IconTarget } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { AlertDetail, AlertObservable } from '../../../shared/contract/alerts.ts';
import type { DataType } from '../../../shared/model/data-type.ts';
import { FilterChip } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, fileSize, plural } from '../../ui/format.ts';
import { LEVEL_WORDS, LevelIcon, TypeIcon, typeWords } from '../../ui/icons.tsx';
import { Value } from '../../ui/value.tsx';
import { alertObservablesQuery } from './queries.ts';

/** What the alert brings, by type, and where each value is known from. */
export function AlertValues({ alert }: { alert: AlertDetail }) {
  const [dataType, setDataType] = useState<DataType>();
  const query = useInfiniteQuery(alertObservablesQuery(alert.id, dataType));
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const types = Object.entries(query.data?.pages[0]?.types ?? {}).sort(([, a], [, b]) => b - a) as [DataType, number][];
  return (
    <>
      <div className="side-head">
        Observables <span className="t3">{count(alert.observables)}</span>
        {alert.iocs > 0 && <span className="t3">{plural(alert.iocs, 'IOC')}</span>}
      </div>
      {alert.observables === 0 && <p className="section t2 f12">This alert brings no values.</p>}
      {types.length > 1 && (
        <div className="section row tight wrap">
          {types.map(([type, n]) => (
            <FilterChip
              key={type}
              label={typeWords(type)}
              count={n}
              isOn={dataType === type}
              onToggle={() => setDataType(dataType === type ? undefined : type)}
            />
          ))}
        </div>
      )}
      {query.error && (
        <div className="section">
          <ErrorNote error={query.error} />
        </div>
      )}
      <ul className="alert-values" aria-label="Observables">
        {rows.map((row) => (
          <ValueRow key={row.id} row={row} />
        ))}
      </ul>
      {query.hasNextPage && (
        <button type="button" className="lnk f12 section" onClick={() => void query.fetchNextPage()}>
          Show more
        </button>
      )}
    </>
  );
}

function ValueRow({ row }: { row: AlertObservable }) {
  const more = row.casesInAll - row.cases.length;
  return (
    <li className="alert-value">
      <span className="t3" title={typeWords(row.dataType)}>
        <TypeIcon dataType={row.dataType} />
        <span className="visually-hidden">{typeWords(row.dataType)}</span>
      </span>
      <span className="alert-value-text">
        <Value dataType={row.dataType} value={row.value} />
      </span>
      <span className="row tight">
        {row.file && <span className="f12 t3">{fileSize(row.file.size)}</span>}
        {row.isIoc && (
          <span className="alert-flag" title="IOC">
            <IconTarget size={13} stroke={1.75} aria-label="IOC" />
          </span>
        )}
        {row.isSighted && (
          <span className="alert-flag" title="Sighted">
            <IconEye size={13} stroke={1.75} aria-label="Sighted" />
          </span>
        )}
        {row.ignoreSimilarity && (
          <span className="alert-flag t3" title="Not compared with other cases">
            <IconLinkOff size={13} stroke={1.75} aria-label="Not compared with other cases" />
          </span>
        )}
      </span>
      {(row.casesInAll > 0 || row.isInCase || row.otherAlerts > 0) && (
        <span className="alert-known f12 t2">
          <IconHistory size={12} stroke={1.75} aria-hidden="true" />
          {row.verdict !== null && (
            <span className="row tight">
              <LevelIcon level={row.verdict} size={12} />
              {LEVEL_WORDS[row.verdict]} before,
            </span>
          )}
          {row.isInCase && <span>in this case,</span>}
          {row.casesInAll > 0 && (
            <span>
              known in{' '}
              {row.cases.map((one, index) => (
                <span key={one.id}>
                  {index > 0 && ', '}
                  <Link className="lnk" href={`/cases/${one.number}`} title={one.title}>
                    #{one.number}
                  </Link>
                  {one.isIoc && ' (IOC)'}
                </span>
              ))}
              {more > 0 && ` and ${row.casesInAll >= 100 ? 'at least ' : ''}${plural(more, 'more case')}`}
            </span>
          )}
          {row.otherAlerts > 0 && <span>{plural(row.otherAlerts, 'other alert')}</span>}
        </span>
      )}
    </li>
  );
}
