import type { Job, Observable } from '../../../shared/contract/entities.ts';
import { LEVELS, worstLevel } from '../../../shared/model/report.ts';
import { plural } from '../../ui/format.ts';

const rank = (job: Job): number => {
  const level = worstLevel(job.taxonomies.map((each) => each.level));
  return level === undefined ? -1 : LEVELS.indexOf(level);
};

/** A responder's run judges nothing; it is shown with the responders. */
export const ofAnalyzers = (jobs: readonly Job[]): Job[] => jobs.filter((job) => !job.dataType.startsWith('thehive:'));

/** The newest job of each flavor, worst verdict first, then newest. */
export function newestPerFlavor(jobs: readonly Job[]): Job[] {
  const newest = new Map<string, Job>();
  for (const job of jobs) {
    const known = newest.get(job.flavorId);
    if (!known || job.queuedAt > known.queuedAt) newest.set(job.flavorId, job);
  }
  return [...newest.values()].sort((a, b) => rank(b) - rank(a) || b.queuedAt - a.queuedAt);
}

/** One sentence: who says so, and who says nothing. */
export function whyVerdict(observable: Observable, jobs: readonly Job[]): string {
  if (observable.verdict === null) {
    const ran = jobs.filter((job) => job.status === 'done').length;
    return ran === 0 ? 'Nothing has looked at it yet.' : `${plural(ran, 'analyzer')} ran and gave no verdict.`;
  }
  const saying = observable.taxonomies.filter((each) => each.level === observable.verdict);
  const names = [...new Set(saying.map((each) => `${each.namespace} (${each.predicate} ${String(each.value ?? '')})`))];
  const shown = names.slice(0, 3).join(' and ');
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  const verdict = observable.verdict.charAt(0).toUpperCase() + observable.verdict.slice(1);
  return `${verdict} because of ${shown}${more}.`;
}
