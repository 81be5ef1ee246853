import { IconArrowUpRight, IconCheck, IconHourglass, IconLoader2, IconUpload } from '@tabler/icons-react';
import { useIsMutating, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { count, plural, timeOfDay } from '../../ui/format.ts';
import { usePrefs } from '../../ui/prefs.ts';
import { useNow } from '../../ui/use-now.ts';
import { useFrame } from '../../state/frame-store.ts';
import { useEngagement } from '../../state/engagement.ts';
import { activityQuery } from './queries.ts';

/** Long work, what left today, whether all is saved, the clock. On every screen. */
export function Strip() {
  const engagement = useEngagement();
  const { data } = useQuery(activityQuery(engagement?.id));
  const uploads = useFrame((frame) => frame.uploads);
  const works = useFrame((frame) => frame.works);
  const saving = useIsMutating();
  const { clock, toggleClock } = usePrefs();
  const now = useNow();
  const receiving = uploads.filter((upload) => upload.error === null).length;
  const waiting = (data?.queued ?? 0) + (data?.waiting ?? 0);
  const left = data?.leftToday;
  return (
    <footer className="strip" aria-label="Activity">
      <Link href="/jobs" className="strip-item">
        {data && data.running > 0 ? (
          <IconLoader2 size={14} stroke={1.75} className="spin" aria-hidden="true" />
        ) : waiting > 0 ? (
          <IconHourglass size={14} stroke={1.75} aria-hidden="true" />
        ) : (
          <IconCheck size={14} stroke={1.75} aria-hidden="true" />
        )}
        {data && (data.running > 0 || waiting > 0) ? (
          <>
            <b>{count(data.running)} running</b>
            {waiting > 0 && <span>{count(waiting)} waiting</span>}
          </>
        ) : (
          'Nothing running'
        )}
      </Link>
      {receiving > 0 && (
        <Link href="/intake" className="strip-item">
          <IconUpload size={14} stroke={1.75} aria-hidden="true" />
          Taking in {plural(receiving, 'file')}
        </Link>
      )}
      {works.map((work) => (
        <span className="strip-item" key={work.id}>
          <IconLoader2 size={14} stroke={1.75} className="spin" aria-hidden="true" />
          {work.name}: <b>{count(work.done)}</b> of {count(work.total)}
          <button type="button" className="lnk" onClick={work.cancel}>
            Stop
          </button>
        </span>
      ))}
      <span className="strip-item">
        <IconArrowUpRight size={14} stroke={1.75} aria-hidden="true" />
        Left today:{' '}
        <b>
          {left === undefined || left.values === 0
            ? 'nothing'
            : `${plural(left.values, 'value')}, ${plural(left.services, 'service')}`}
        </b>
      </span>
      <span className="strip-item last right">
        {saving > 0 ? (
          'Saving…'
        ) : (
          <>
            <IconCheck size={14} stroke={1.75} aria-hidden="true" />
            All changes saved
          </>
        )}
      </span>
      <button
        type="button"
        className="strip-item last"
        title={clock === 'utc' ? 'Times are UTC. Show local time' : 'Times are local. Show UTC'}
        onClick={toggleClock}
      >
        {clock === 'utc' ? 'UTC' : 'Local'} {timeOfDay(now, clock)}
      </button>
    </footer>
  );
}
