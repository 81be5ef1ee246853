import { IconChevronLeft, IconChevronRight, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Job } from '../../../shared/contract/entities.ts';
import { type DataType, isDataType } from '../../../shared/model/data-type.ts';
import { worstLevel } from '../../../shared/model/report.ts';
import { runRequestStore } from '../../state/run-request.ts';
import { Verdict } from '../../ui/chips.tsx';
import { Button, Skeleton, Tabs } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count } from '../../ui/format.ts';
import { Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { usePrefs } from '../../ui/prefs.ts';
import { RunList } from '../../ui/run-list.tsx';
import { Text } from '../../ui/text.tsx';
import { Value } from '../../ui/value.tsx';
import { ArtifactsPane } from './artifacts-pane.tsx';
import { NoReport } from './no-report.tsx';
import { Changes } from './changes.tsx';
import { caseOfJobQuery, diffQuery, historyQuery, jobQuery, reportQuery, siblingsQuery } from './queries.ts';
import { LogTab, RawTab, ReportTab, SentTab } from './report-tabs.tsx';
import './changes.css';
import './report.css';

type Tab = 'report' | 'changes' | 'sent' | 'raw' | 'log';
const typeOf = (name: string): DataType => (isDataType(name) ? name : 'other');

/** One job: its report, or why there is none. */
export function ReportPage({ jobId }: { jobId: string }) {
  const { data: job, error } = useQuery(jobQuery(jobId));
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} />
      </div>
    );
  if (!job) return <Skeleton />;
  return <JobPage job={job} />;
}

function JobPage({ job }: { job: Job }) {
  const [tab, setTab] = useState<Tab>('report');
  const [, navigate] = useLocation();
  const { data: report, error } = useQuery({ ...reportQuery(job.id), enabled: job.reportId !== null });
  const { data: home } = useQuery({ ...caseOfJobQuery(job.caseId ?? job.id), enabled: job.caseId !== null });
  const { data: siblings } = useQuery({
    ...siblingsQuery(job.observableId ?? job.id),
    enabled: job.observableId !== null,
  });
  const [against, setAgainst] = useState<string>();
  const hasReport = job.reportId !== null;
  const { data: history } = useQuery({ ...historyQuery(job.id), enabled: hasReport });
  const { data: diff } = useQuery({ ...diffQuery(job.id, against), enabled: hasReport });
  const line = history?.[0];
  // What it can be compared with; a cached job is one with the run that answered it.
  const others = (line?.runs ?? []).filter((run) => run.jobId !== job.id && run.at !== (job.cachedAt ?? -1));
  const width = usePrefs((prefs) => prefs.widths.artifacts);
  const list = (siblings?.items ?? []).filter((each) => each.flavorId === job.flavorId);
  const at = list.findIndex((each) => each.id === job.id);
  // Newest first in the list: the earlier report is the next one.
  const earlier = at < 0 ? undefined : list[at + 1];
  const later = at < 0 ? undefined : list[at - 1];
  const go = (to: Job | undefined): void => {
    if (to) navigate(`/reports/${to.id}`);
  };
  const again = (): void => {
    const subject =
      job.observableId !== null
        ? { observableId: job.observableId }
        : job.intakeId !== null
          ? { intakeId: job.intakeId }
          : { dataType: typeOf(job.dataType), value: job.value, engagementId: job.engagementId };
    runRequestStore.getState().open({
      plan: { subjects: [subject], flavorIds: [job.flavorId] },
      about: `${job.flavorName} again`,
      backTo: `/reports/${job.id}`,
    });
    navigate('/run');
  };
  const backTo =
    job.observableId !== null
      ? `/observables/${job.observableId}`
      : job.intakeId !== null
        ? `/intake/${job.intakeId}`
        : '/jobs';
  useKeys([
    { keys: '[', label: 'Earlier report', run: () => go(earlier) },
    { keys: ']', label: 'Later report', run: () => go(later) },
    { keys: 'r', label: 'Ask again…', run: again },
    { keys: 'Escape', run: () => navigate(backTo) },
  ]);
  const level = worstLevel(job.taxonomies.map((each) => each.level));
  return (
    <>
      <div className="page-head report">
        <div className="grow">
          <nav className="row tight f12 t3" aria-label="Where this is">
            {home && (
              <>
                <Link className="mono" href={`/cases/${home.number}`}>
                  #{home.number}
                </Link>
                <IconChevronRight size={12} stroke={1.75} aria-hidden="true" />
              </>
            )}
            <Link href={backTo} className="t2 crumb">
              <Value dataType={typeOf(job.dataType)} value={job.value} />
            </Link>
            <IconChevronRight size={12} stroke={1.75} aria-hidden="true" />
            <span className="el">{at >= 0 ? `Run ${count(list.length - at)} of ${count(list.length)}` : 'Report'}</span>
          </nav>
          <div className="row" style={{ gap: 10, marginTop: 2 }}>
            <h1>
              <Text>{job.flavorName}</Text> <Text>{job.flavorVersion}</Text>
            </h1>
            {job.status === 'done' && level !== undefined && <Verdict level={level} />}
          </div>
        </div>
        <Button kind="ghost" isIcon label="Earlier report" keys="[" isDisabled={!earlier} onClick={() => go(earlier)}>
          <IconChevronLeft size={16} stroke={1.75} />
        </Button>
        <Button kind="ghost" isIcon label="Later report" keys="]" isDisabled={!later} onClick={() => go(later)}>
          <IconChevronRight size={16} stroke={1.75} />
        </Button>
        <Button keys="r" onClick={again}>
          <IconRefresh size={15} stroke={1.75} aria-hidden="true" />
          Run again… <Kbd keys={['R']} />
        </Button>
      </div>
      {error && (
        <div className="section">
          <ErrorNote error={error} />
        </div>
      )}
      {job.reportId === null ? (
        <NoReport job={job} onAgain={again} />
      ) : (
        <>
          <Tabs<Tab>
            label="Report"
            value={tab}
            options={[
              { value: 'report', label: 'Report' },
              { value: 'changes', label: 'Changes', count: diff ? diff.counts.changed : undefined },
              { value: 'sent', label: 'What was sent' },
              { value: 'raw', label: 'Raw JSON' },
              { value: 'log', label: 'Log' },
            ]}
            onChange={setTab}
          />
          {!report && !error && <Skeleton lines={5} />}
          {report && (
            <div className="report-page" style={{ '--artifacts': `${width}px` } as React.CSSProperties}>
              <section className="scroll pane-stop" tabIndex={0} aria-label="Report">
                {tab === 'report' && (
                  <ReportTab report={report} onAgain={again}>
                    <Changes
                      jobId={job.id}
                      against={against}
                      runs={others}
                      onCompare={setAgainst}
                      onAll={() => setTab('changes')}
                    />
                  </ReportTab>
                )}
                {tab === 'changes' && (
                  <>
                    <Changes jobId={job.id} against={against} runs={others} onCompare={setAgainst} isWhole />
                    {line && <RunList line={line} current={job.id} title="All runs on this value" />}
                  </>
                )}
                {tab === 'sent' && <SentTab report={report} />}
                {tab === 'raw' && <RawTab report={report} />}
                {tab === 'log' && <LogTab report={report} />}
              </section>
              <ArtifactsPane report={report} caseNumber={home?.number} />
            </div>
          )}
        </>
      )}
    </>
  );
}
