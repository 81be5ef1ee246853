import { IconAlertTriangleFilled, IconArrowUpRight, IconDeviceLaptop } from '@tabler/icons-react';
import type { QuotaOutlook, RunRow, RunSheet } from '../../../shared/contract/jobs.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Kbd } from '../../ui/kbd.tsx';
import { Text } from '../../ui/text.tsx';
import type { Planned } from './queries.ts';
import { runWords, type Tally } from './sheet-state.ts';

/** What this run does, in numbers, and the one button. */
export function RunSide(props: {
  sheet: RunSheet;
  kind: Planned['kind'];
  counts: Tally;
  overruled: number;
  /** The row under the cursor. */
  row: RunRow | undefined;
  error: Error | null;
  isPending: boolean;
  onRun(only: 'all' | 'local'): void;
  onReplan(): void;
  onLesser(row: RunRow): void;
}) {
  const { sheet, counts, kind } = props;
  const leaves = counts.values > 0;
  return (
    <aside className="run-side" aria-label="What this run does">
      <div className="scroll grow">
        <dl className="run-counts">
          <dd>{count(counts.jobs)}</dd>
          <dt>
            {counts.jobs === 1 ? 'job runs' : 'jobs run'}
            {counts.here > 0 && (counts.here === counts.jobs ? ', here' : `, ${count(counts.here)} of them here`)}
          </dt>
          <dd className={leaves ? undefined : 't3'}>{count(counts.values)}</dd>
          <dt>
            {counts.values === 1 ? 'value leaves' : 'values leave'}
            {leaves && `, in ${plural(counts.requests, 'request')} to ${plural(counts.services, 'service')}`}
          </dt>
          <dd className={sheet.counts.cached === 0 ? 't3' : undefined}>{count(sheet.counts.cached)}</dd>
          <dt>answered by earlier reports</dt>
          <dd className="t3">{count(sheet.counts.refused - props.overruled)}</dd>
          <dt>refused</dt>
          {props.overruled > 0 && (
            <>
              <dd>{count(props.overruled)}</dd>
              <dt>overruled with a reason</dt>
            </>
          )}
        </dl>
        <QuotaAfter sheet={sheet} counts={counts} />
        {props.row?.hint && <Hint row={props.row} onLesser={props.onLesser} />}
      </div>
      {props.error && (
        <div className="section">
          <ErrorNote error={props.error} onRetry={props.onReplan} />
        </div>
      )}
      <div className="run-foot">
        <Button
          kind="primary"
          isBlock
          keys="Control+Enter"
          isDisabled={counts.jobs === 0 || props.isPending}
          onClick={() => props.onRun('all')}
        >
          {leaves && <IconArrowUpRight size={15} stroke={1.75} aria-hidden="true" />}
          {kind === 'waiting' ? runWords(counts).replace('Run', 'Release') : runWords(counts)}{' '}
          <Kbd keys={['Ctrl', 'Enter']} />
        </Button>
        {leaves && counts.here > 0 && (
          <Button isBlock isDisabled={props.isPending} onClick={() => props.onRun('local')}>
            <IconDeviceLaptop size={15} stroke={1.75} aria-hidden="true" />
            Run only the {count(counts.here)} local {counts.here === 1 ? 'job' : 'jobs'}
          </Button>
        )}
        <p className="f12 t3">
          {counts.jobs === 0 && sheet.counts.cached > 0
            ? 'Earlier reports answer all of it. Tick rows to take those answers, or ask again.'
            : leaves
              ? 'Everything sent is written to the egress ledger.'
              : 'Nothing leaves this machine.'}
        </p>
      </div>
    </aside>
  );
}

function QuotaAfter({ sheet, counts }: { sheet: RunSheet; counts: Tally }) {
  const lines = new Map<string, { outlook: QuotaOutlook; after: number }>();
  for (const [at, destination] of sheet.destinations.entries()) {
    const askable = destination.index.verdicts.replaceAll('c', '').length;
    const share = askable === 0 ? 0 : (counts.asks[at] ?? 0) / askable;
    for (const outlook of destination.quota) {
      const key = `${outlook.key} ${outlook.window}`;
      const more = Math.round((outlook.after - outlook.used) * share);
      const known = lines.get(key);
      lines.set(key, { outlook, after: (known?.after ?? outlook.used) + more });
    }
  }
  if (lines.size === 0) return null;
  return (
    <section className="section quota-after" aria-label="Quota after this run">
      <h2>Quota after this run</h2>
      {[...lines].map(([key, { outlook, after }]) => (
        <div key={key}>
          <div className="row f12">
            <span className="m el">
              <Text>{outlook.key}</Text>, {outlook.window}
            </span>
            <span className="right t2 num">
              {count(after)} of {count(outlook.limit)}
            </span>
          </div>
          <QuotaBar outlook={outlook} after={after} />
          <p className="f12 t2">
            <Text>{outlook.forecast}</Text>
          </p>
        </div>
      ))}
      <p className="f12 t3 row">
        <i className="quota-key used" aria-hidden="true" /> used
        <i className="quota-key" aria-hidden="true" /> this run
      </p>
    </section>
  );
}

export function QuotaBar({ outlook, after }: { outlook: QuotaOutlook; after: number }) {
  const percent = (units: number): string => `${Math.min(100, (100 * units) / Math.max(1, outlook.limit))}%`;
  return (
    <span className="bar" aria-hidden="true">
      <i className="used" style={{ width: percent(outlook.used) }} />
      <i style={{ width: percent(after - outlook.used) }} />
    </span>
  );
}

function Hint({ row, onLesser }: { row: RunRow; onLesser(row: RunRow): void }) {
  return (
    <section className="section row top" aria-label="Look first">
      <span className="mark" data-level="suspicious">
        <IconAlertTriangleFilled size={14} aria-hidden="true" />
      </span>
      <div className="f12 run-hint">
        <b>{row.hint}</b>{' '}
        <span className="t2">
          <Text>{row.destination}</Text> sees it as it is.
        </span>
        {row.lesser && (
          <div>
            <Button size="small" onClick={() => onLesser(row)}>
              {row.lesser.label}
            </Button>
          </div>
        )}
      </div>
    </section>
  );
}
