import type { WindowView } from '../../../shared/contract/quota.ts';
import { count } from '../../ui/format.ts';
import { useNow } from '../../ui/use-now.ts';
import { inText, startWords } from './budget-words.ts';

/** One window as a bar: what is spent, then hatched what is reserved or queued. */
export function WindowBar({ view, queued }: { view: WindowView; queued: number }) {
  const now = useNow();
  const used = view.spent + view.held;
  const share = (units: number): number => (view.units === 0 ? 100 : Math.min(100, (units / view.units) * 100));
  const solid = share(view.spent);
  const hatched = Math.min(100 - solid, share(view.held + queued));
  const next = view.left === 0 && view.freeAt !== null ? inText(view.freeAt, now) : undefined;
  const title = [
    `${count(view.spent)} used, ${count(view.held)} reserved, ${count(queued)} queued, ${count(view.left)} left`,
    startWords(view),
    view.guardedUntil === null ? '' : 'The clock of this computer jumped: more is counted than the calendar says.',
  ];
  return (
    <span className="quota-window" title={title.filter(Boolean).join('\n')}>
      <span className="row">
        <span className="m">{count(used)}</span>
        <span className="t3">of {count(view.units)}</span>
        {next !== undefined && (
          <span className="right t3">{view.isCalendar ? `resets in ${next}` : `next in ${next}`}</span>
        )}
      </span>
      <span className="bar" aria-hidden="true">
        <i className="spent" style={{ width: `${solid}%` }} />
        <i className="hatched" style={{ width: `${hatched}%` }} />
      </span>
    </span>
  );
}
