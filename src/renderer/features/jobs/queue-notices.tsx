import { IconArrowUpRight, IconClock, IconPlayerPause } from '@tabler/icons-react';
import { COUNT_MOST, type QueueOverview } from '../../../shared/contract/queue.ts';
import { Button } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { useNow } from '../../ui/use-now.ts';
import { countdown } from './waiting-words.ts';

/** What keeps the queue from going on, and what the analyst can do about it. Nothing where it goes on. */
export function QueueNotices(props: { queue: QueueOverview; onResume(): void; onFlush(): void }) {
  const { queue } = props;
  const now = useNow();
  const closed = queue.services.find((each) => each.closed?.kind === 'time' && each.queued > 0)?.closed;
  return (
    <>
      {queue.everything.pausedAt !== null && (
        <div className="note queue-note" role="status">
          <IconPlayerPause size={16} stroke={1.75} aria-hidden="true" />
          <span className="grow">
            The queue is paused. What runs goes on; nothing new starts, also after Osmia was closed.
          </span>
          <Button size="small" onClick={props.onResume}>
            Resume
          </Button>
        </div>
      )}
      {queue.releasable > 0 && (
        <div className="note queue-note" role="status">
          <IconArrowUpRight size={16} stroke={1.75} aria-hidden="true" />
          <span className="grow">
            {queue.releasable >= COUNT_MOST ? `More than ${count(COUNT_MOST)} jobs` : plural(queue.releasable, 'job')}{' '}
            waited for a link, and there is one now. Nothing leaves before you have looked at the run sheet.
          </span>
          <Button size="small" kind="primary" onClick={props.onFlush}>
            Look and release…
          </Button>
        </div>
      )}
      {closed && (
        <div className="note queue-note" role="status">
          <IconClock size={16} stroke={1.75} aria-hidden="true" />
          <span className="grow">
            <Text>{closed.detail}</Text>
            {closed.until !== null && ` It goes on ${countdown(closed.until, now)}.`}
          </span>
        </div>
      )}
    </>
  );
}
