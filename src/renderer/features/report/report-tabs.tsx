import { IconDeviceLaptop, IconHistory, IconShieldCheck, IconShieldHalf, IconArrowUpRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import type { Output } from '../../api/client.ts';
import { CardFacts } from '../../ui/card-facts.tsx';
import { PapChip, TaxonomyChip, TlpChip } from '../../ui/chips.tsx';
import { Button } from '../../ui/controls.tsx';
import { copyText } from '../../ui/copy.ts';
import { day, duration } from '../../ui/format.ts';
import { usePrefs } from '../../ui/prefs.ts';
import { useNow } from '../../ui/use-now.ts';
import { type BasisFacts, useFreshness } from '../../state/freshness.ts';
import { Text } from '../../ui/text.tsx';
import { Age, DateTime } from '../../ui/time.tsx';
import { Contacts } from './contacts.tsx';
import { flavorsQuery } from './queries.ts';
import { ReportBodyView } from './report-body.tsx';
import { KnownHostsContext } from './known-hosts-context.ts';
import { defangProse, knownHosts } from './value-guess.ts';

type Report = Output<'reports.get'>;

const SANDBOX_WORDS = {
  isolated: 'Isolated',
  limited: 'Limited',
  none: 'None',
} as const;

/** Facts of the run, one sentence, taxonomies, then the sections. */
export function ReportTab(props: { report: Report; onAgain(): void; children?: ReactNode }) {
  const { report } = props;
  const { job } = report;
  const known = useMemo(() => knownHosts(report.artifacts), [report.artifacts]);
  return (
    <KnownHostsContext value={known}>
      <Head report={report} onAgain={props.onAgain} />
      <div className="report-sum">
        <p>
          <Text>{job.summary === '' ? 'The analyzer gave no summary.' : defangProse(job.summary, known)}</Text>
        </p>
        {report.report.summary.taxonomies.length > 0 && (
          <div className="row tight wrap">
            {report.report.summary.taxonomies.slice(0, 60).map((taxonomy, index) => (
              <TaxonomyChip key={index} taxonomy={taxonomy} />
            ))}
          </div>
        )}
      </div>
      {props.children}
      <ReportBodyView full={report.report.full} flavorName={job.flavorName} />
    </KnownHostsContext>
  );
}

function Head({ report, onAgain }: { report: Report; onAgain(): void }) {
  const { job } = report;
  const sent = useSent(report);
  const ran = job.cachedAt ?? job.endedAt ?? report.createdAt;
  const freshness = useFreshness(job.engagementId);
  const stale = freshness.staleOf({ flavorId: job.flavorId, at: ran, basisId: job.basisId }, useNow());
  const isIsolated = job.sandbox === 'isolated';
  return (
    <dl className="report-facts">
      <div>
        <dt>Ran</dt>
        <dd className="row tight">
          {stale !== null && <IconHistory size={14} stroke={1.75} className="t3" aria-label="Stale" />}
          <span>
            <DateTime at={ran} />, <Age at={ran} />
            {job.isCached && ', answered from the earlier report'}
          </span>
        </dd>
      </div>
      <div>
        <dt>Took</dt>
        <dd>
          {job.startedAt !== null && job.endedAt !== null ? duration(job.endedAt - job.startedAt) : 'not run again'}
        </dd>
      </div>
      <div>
        <dt>Sent</dt>
        <dd className="row tight">
          {sent.isLocal ? (
            <IconDeviceLaptop size={14} stroke={1.75} className="t3" aria-hidden="true" />
          ) : (
            <IconArrowUpRight size={14} stroke={1.75} className="t3" aria-hidden="true" />
          )}
          <Text>{sent.words}</Text>
        </dd>
      </div>
      <div>
        <dt>Sandbox</dt>
        <dd className="row tight" title={job.sandboxNotes.join(' ')}>
          {isIsolated ? (
            <IconShieldCheck size={14} stroke={1.75} className="t3" aria-hidden="true" />
          ) : (
            <IconShieldHalf size={14} stroke={1.75} className="t3" aria-hidden="true" />
          )}
          {SANDBOX_WORDS[job.sandbox]}
          {isIsolated && sent.isLocal && ', no network'}
        </dd>
      </div>
      <KeyFact basis={freshness.basisOf(job.basisId)} isReplaced={stale?.code === 'key'} />
      <div>
        <dt>Under</dt>
        <dd className="row tight">
          <TlpChip tlp={job.tlp} />
          <PapChip pap={job.pap} />
        </dd>
      </div>
      {stale !== null && (
        <div className="wide">
          <dt>Stale</dt>
          <dd className="f12 t2 breaks">
            <Text>{stale.message}</Text>{' '}
            {stale.code !== 'gone' && (
              <button type="button" className="lnk" onClick={onAgain}>
                Run again to refresh
              </button>
            )}
          </dd>
        </div>
      )}
      {job.sandboxNotes.length > 0 && (
        <div className="wide">
          <dt>About the sandbox</dt>
          <dd className="f12 t2 breaks">
            <Text>{job.sandboxNotes.join(' ')}</Text>
          </dd>
        </div>
      )}
    </dl>
  );
}

/** Which of the analyzer's keys was used, by the order in which they came; never anything of the key itself. */
function KeyFact({ basis, isReplaced }: { basis: BasisFacts | undefined; isReplaced: boolean }) {
  const now = useNow();
  const clock = usePrefs((prefs) => prefs.clock);
  if (basis === undefined || basis.keyNumber === 0 || basis.keySince === null) return null;
  return (
    <div>
      <dt>Key</dt>
      <dd>
        {isReplaced ? `an earlier one, number ${basis.keyNumber}` : `number ${basis.keyNumber}`}, in use since{' '}
        {day(basis.keySince, now, clock)}
      </dd>
    </div>
  );
}

function useSent(report: Report): { isLocal: boolean; words: string } {
  const { data } = useQuery(flavorsQuery);
  const flavor = data?.find((each) => each.id === report.job.flavorId);
  if (!flavor) return { isLocal: false, words: 'unknown, the analyzer is no longer here' };
  if (flavor.isLocal) return { isLocal: true, words: 'nothing, it ran here' };
  if (report.job.isCached) return { isLocal: true, words: 'nothing, the earlier report answered' };
  return { isLocal: false, words: flavor.card.leaves };
}

export function SentTab({ report }: { report: Report }) {
  const { data } = useQuery(flavorsQuery);
  const sent = useSent(report);
  const flavor = data?.find((each) => each.id === report.job.flavorId);
  return (
    <>
      <div className="section">
        <h2>{sent.isLocal ? 'Nothing left this machine for this report' : 'What left this machine'}</h2>
        <dl className="kv sent-card">
          <dt>Sent</dt>
          <dd>
            <Text>{sent.words}</Text>
          </dd>
          <CardFacts flavor={flavor} />
          {report.job.overrideReason !== null && (
            <>
              <dt>Overruled</dt>
              <dd className="breaks">
                The gate had refused it. Somebody typed: “<Text>{report.job.overrideReason}</Text>”
              </dd>
            </>
          )}
          <dt>Analyzer</dt>
          <dd className="mono breaks">
            <Text>{report.job.flavorId}</Text>
          </dd>
          <dt>Its file</dt>
          <dd className="mono breaks">SHA-256 {report.analyzerSha256}</dd>
          <dt>Recorded</dt>
          <dd>
            <DateTime at={report.createdAt} />, zone {report.zone}, by Osmia {report.osmiaVersion}
          </dd>
        </dl>
      </div>
      <Contacts jobId={report.job.id} cardHosts={flavor?.card.hosts ?? []} />
    </>
  );
}

const FIRST_RAW = 200_000;

export function RawTab({ report }: { report: Report }) {
  const text = useMemo(() => JSON.stringify(report.report, null, 2), [report]);
  const [shown, setShown] = useState(FIRST_RAW);
  return (
    <div className="section">
      <div className="row">
        <h2>Raw JSON</h2>
        <span className="right" />
        <Button size="small" onClick={() => void copyText(text, 'Copied the raw report, its values are live')}>
          Copy
        </Button>
      </div>
      <pre className="raw">
        <Text>{text.slice(0, shown)}</Text>
      </pre>
      {text.length > shown && (
        <button type="button" className="lnk f12" onClick={() => setShown(shown + 1_000_000)}>
          Show more
        </button>
      )}
    </div>
  );
}

export function LogTab({ report }: { report: Report }) {
  const { job } = report;
  return (
    <div className="section">
      <h2>Standard error</h2>
      {job.stderr === '' ? (
        <p className="t2 f12">The analyzer wrote nothing there.</p>
      ) : (
        <pre className="raw">
          <Text>{job.stderr.slice(0, 200_000)}</Text>
        </pre>
      )}
      <p className="f12 t3">
        {job.exitCode === null ? 'It ran in a warm worker and has no exit code.' : `Exit code ${job.exitCode}.`}
      </p>
    </div>
  );
}
