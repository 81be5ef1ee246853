import { IconClock, IconPlayerPause, IconSettings } from '@tabler/icons-react';
import type { Job, WaitingKind } from '../../../shared/contract/entities.ts';
import { COUNT_MOST, type QueueOverview, type QueueService } from '../../../shared/contract/queue.ts';
import { Facet } from '../../ui/facet.tsx';
import { STATUS_WORDS, StatusIcon } from '../../ui/job-line.tsx';
import { plainVisible } from '../../ui/visible-text.ts';
import { useNow } from '../../ui/use-now.ts';
import { countdown, serviceName, UNKNOWN_MEANS, WAITING_MEANS, WAITING_WORDS } from './waiting-words.ts';

/** One choice at a time: what is shown is always one sentence. */
export interface Shown {
  status?: Job['status'] | 'unfinished';
  waitingFor?: WaitingKind;
  service?: string;
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

const STATUSES: readonly Job['status'][] = ['running', 'done', 'failed', 'unknown', 'refused', 'cancelled'];

/** The state of the queue, with counts; a click filters, the wheel beside a service sets its limits. */
export function QueueFacets(props: {
  queue: QueueOverview;
  shown: Shown;
  onShow(shown: Shown): void;
  onSetUp(service: QueueService): void;
}) {
  const { queue, shown } = props;
  const now = useNow();
  const unfinished = queue.counts.queued + queue.counts.waiting + queue.counts.running;
  const show = (next: Shown, isOn: boolean): void => props.onShow(isOn ? {} : next);
  const services = queue.services.filter((each) => each.service !== '' || hasWork(each) || queue.services.length > 1);
  return (
    <div className="facets scroll grow">
      <h2>State</h2>
      <Facet
        icon={<IconClock size={14} stroke={1.75} />}
        label="Not finished"
        n={unfinished}
        most={COUNT_MOST}
        isOn={shown.status === 'unfinished'}
        onToggle={() => show({ status: 'unfinished' }, shown.status === 'unfinished')}
      />
      {STATUSES.map((status) => (
        <Facet
          key={status}
          icon={<StatusIcon status={status} />}
          label={capital(STATUS_WORDS[status])}
          title={status === 'unknown' ? UNKNOWN_MEANS : undefined}
          n={queue.counts[status]}
          most={COUNT_MOST}
          isOn={shown.status === status}
          onToggle={() => show({ status }, shown.status === status)}
        />
      ))}
      {queue.waiting.length > 0 && <h2>Waits for</h2>}
      {queue.waiting.map(({ kind, count: n, until }) => (
        <Facet
          key={kind}
          icon={<StatusIcon status="waiting" />}
          label={WAITING_WORDS[kind]}
          note={until === null ? undefined : countdown(until, now)}
          title={WAITING_MEANS[kind]}
          n={n}
          most={COUNT_MOST}
          isOn={shown.waitingFor === kind}
          onToggle={() => show({ waitingFor: kind }, shown.waitingFor === kind)}
        />
      ))}
      {services.length > 0 && <h2>Services</h2>}
      {services.map((each) => (
        <div className="facet-line" key={each.service}>
          <Facet
            icon={
              each.pausedAt === null ? (
                <StatusIcon status={each.running > 0 ? 'running' : 'queued'} />
              ) : (
                <IconPlayerPause size={14} stroke={1.75} role="img" aria-label="Paused" />
              )
            }
            label={plainVisible(serviceName(each.service))}
            title={each.closed?.detail ?? serviceTitle(each)}
            n={each.queued + each.waiting + each.running}
            most={COUNT_MOST}
            isOn={shown.service === each.service}
            onToggle={() => show({ service: each.service }, shown.service === each.service)}
          />
          <button
            type="button"
            className="t3"
            aria-label={`Limits of ${serviceName(each.service)}`}
            title="Pause, places, hours"
            onClick={() => props.onSetUp(each)}
          >
            <IconSettings size={14} stroke={1.75} />
          </button>
        </div>
      ))}
    </div>
  );
}

const hasWork = (each: QueueService): boolean => each.queued + each.waiting + each.running > 0;
const serviceTitle = (each: QueueService): string =>
  `${each.running} of ${each.atOnce ?? each.usualAtOnce} places in use`;
