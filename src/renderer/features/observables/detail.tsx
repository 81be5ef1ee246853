import { IconEye, IconTarget } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Job, Observable } from '../../../shared/contract/entities.ts';
import type { HistoryLine } from '../../../shared/contract/history.ts';
import type { Stale } from '../../../shared/model/staleness.ts';
import { useFreshness } from '../../state/freshness.ts';
import type { Output } from '../../api/client.ts';
import { PapPicker, Tag, TlpPicker, Verdict } from '../../ui/chips.tsx';
import { plural } from '../../ui/format.ts';
import { JobLine } from '../../ui/job-line.tsx';
import { TagEditor } from '../../ui/tag-editor.tsx';
import { Text } from '../../ui/text.tsx';
import { useNow } from '../../ui/use-now.ts';
import { Value } from '../../ui/value.tsx';
import { newestPerFlavor, ofAnalyzers, whyVerdict } from './detail-model.ts';
import { ObjectRuns } from '../responders/object-runs.tsx';
import { caseNumberQuery, linesQuery, useUpdateObservables } from './queries.ts';

type Detail = Output<'observables.get'>;

/** Value, chips, why this verdict: the head of the drawer and of the page. */
export function DetailHead({ observable, jobs }: { observable: Observable; jobs: Detail['jobs'] }) {
  const update = useUpdateObservables();
  const ids = [observable.id];
  return (
    <div className="section">
      <div className="drawer-value">
        <Value dataType={observable.dataType} value={observable.value} isWhole />
      </div>
      <div className="row tight wrap" style={{ marginTop: 10 }}>
        <Verdict level={observable.verdict} />
        <TlpPicker
          label="Observable"
          value={observable.tlp}
          onChange={(tlp) => update.mutate({ ids, patch: { tlp } })}
        />
        <PapPicker
          label="Observable"
          value={observable.pap}
          onChange={(pap) => update.mutate({ ids, patch: { pap } })}
        />
      </div>
      <div className="row tight wrap" style={{ marginTop: 6 }}>
        <FlagToggle
          label="IOC"
          isOn={observable.isIoc}
          onToggle={() => update.mutate({ ids, patch: { isIoc: !observable.isIoc } })}
        />
        <FlagToggle
          label="Sighted"
          isOn={observable.isSighted}
          onToggle={() => update.mutate({ ids, patch: { isSighted: !observable.isSighted } })}
        />
        <TagEditor tags={observable.tags} onChange={(tags) => update.mutate({ ids, patch: { tags } })} />
        {observable.marks.map((mark) => (
          <Tag key={mark}>{mark}</Tag>
        ))}
      </div>
      <p className="f12 t2" style={{ marginTop: 10 }}>
        {whyVerdict(observable, ofAnalyzers(jobs))}
      </p>
      {observable.message !== '' && (
        <p className="f12 t2 breaks" style={{ marginTop: 6 }}>
          <Text>{observable.message}</Text>
        </p>
      )}
    </div>
  );
}

function FlagToggle({ label, isOn, onToggle }: { label: 'IOC' | 'Sighted'; isOn: boolean; onToggle(): void }) {
  const Icon = label === 'IOC' ? IconTarget : IconEye;
  return (
    <button
      type="button"
      className={isOn ? 'tag' : 'tag t3'}
      aria-pressed={isOn}
      title={isOn ? `${label}. Take the mark off` : `Mark as ${label}`}
      style={isOn ? { color: 'var(--o-t1)' } : { borderStyle: 'dashed' }}
      onClick={onToggle}
    >
      <Icon size={12} stroke={1.75} aria-hidden="true" />
      {label}
    </button>
  );
}

/** The newest job of each analyzer, worst first; a refused or failed one says why. */
export function DetailReports({ id, jobs: every, all }: { id: string; jobs: Detail['jobs']; all?: boolean }) {
  const jobs = ofAnalyzers(every);
  const shown = all ? jobs : newestPerFlavor(jobs);
  const newest = new Set(newestPerFlavor(jobs).map((job) => job.id));
  const { data: lines } = useQuery(linesQuery(id));
  const { staleOf } = useFreshness(every[0]?.engagementId);
  const now = useNow();
  const lineOf = (job: Job): HistoryLine | undefined =>
    newest.has(job.id)
      ? lines?.find((line) => line.flavorName === job.flavorName && job.flavorId.startsWith(`${line.source}/`))
      : undefined;
  const stale = (job: Job): Stale | null =>
    newest.has(job.id) && job.status === 'done'
      ? staleOf({ flavorId: job.flavorId, at: job.cachedAt ?? job.endedAt ?? job.queuedAt, basisId: job.basisId }, now)
      : null;
  return (
    <div style={{ padding: '8px 0' }}>
      <div className="row" style={{ padding: '0 16px 4px' }}>
        <h2>{all ? 'Jobs' : 'Reports'}</h2>
        <span className="f12 t3">{plural(shown.length, all ? 'job' : 'analyzer')}</span>
      </div>
      {shown.length === 0 && (
        <p className="f12 t2" style={{ padding: '0 16px' }}>
          Not analysed yet. Press R for the run sheet; nothing leaves before you say so.
        </p>
      )}
      {shown.map((job) => (
        <JobLine key={job.id} job={job} stale={stale(job)} line={lineOf(job)} />
      ))}
    </div>
  );
}

export function DetailElsewhere({ observable, places }: { observable: Observable; places: Detail['places'] }) {
  const { data: home } = useQuery(caseNumberQuery(observable.caseId));
  return (
    <>
      <ObjectRuns
        object={{ type: 'case_artifact', id: observable.id }}
        about={`${observable.dataType} ${observable.value}`}
        caseId={observable.caseId}
      />
      {observable.seenIn.length > 0 && (
        <div className="section">
          <h2>Seen elsewhere</h2>
          <ul className="f12">
            {observable.seenIn.map((number) => (
              <li key={number}>
                <Link className="lnk" href={`/cases/${number}`}>
                  Case #{number}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className="section">
        <h2>Where found</h2>
        <ul className="f12 t2">
          {places.slice(0, 20).map((place, index) => (
            <li key={index} className="breaks">
              <Text>{place.part}</Text>
              {place.line !== undefined && `, line ${place.line}`}
              {place.page !== undefined && `, page ${place.page}`}
            </li>
          ))}
          {places.length > 20 && <li>and {plural(places.length - 20, 'other place')}</li>}
          {places.length === 0 && (
            <li>
              {observable.dataType === 'file'
                ? 'The file itself, evidence of this case.'
                : 'Added by hand or imported from a report.'}
            </li>
          )}
        </ul>
        {home && (
          <p className="f12" style={{ marginTop: 6 }}>
            <Link className="lnk" href={`/cases/${home.number}`}>
              #{home.number} <Text>{home.title}</Text>
            </Link>
          </p>
        )}
      </div>
    </>
  );
}
