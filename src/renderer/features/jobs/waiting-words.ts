import type { Job, WaitingKind } from '../../../shared/contract/entities.ts';

/** The kind as a facet and a column say it. */
export const WAITING_WORDS: Readonly<Record<WaitingKind, string>> = {
  slot: 'Free place',
  link: 'Link',
  quota: 'Quota',
  time: 'Time',
  dependency: 'Same question',
  pause: 'Paused',
};

/** What the kind means, for a tooltip. */
export const WAITING_MEANS: Readonly<Record<WaitingKind, string>> = {
  slot: 'Could start; all places are taken.',
  link: 'Needs a link, or to be released after it came back.',
  quota: 'The budget of its key is spent for now.',
  time: 'Starts at a time: its next attempt, or when its service opens.',
  dependency: 'The same is being asked already; this job gets that answer.',
  pause: 'You paused the queue, or its service.',
};

/** "in 14 s", "in 3 min", "in 5 h", "in 2 days"; "now" when the time has come. */
export function countdown(until: number, now: number): string {
  const seconds = Math.ceil((until - now) / 1_000);
  if (seconds <= 0) return 'now';
  if (seconds < 90) return `in ${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `in ${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `in ${hours} h` : `in ${Math.round(hours / 24)} days`;
}

/** Where a service stands for this computer. */
export const serviceName = (service: string): string => (service === '' ? 'This computer' : service);

/** What a job that has not started waits for, in words with the time where there is one; empty once it has started. */
export function waitingSentence(job: Pick<Job, 'waiting'>, now: number): string {
  return job.waiting
    .map(({ detail, until }) => (until === null ? detail : `${detail} Next try ${countdown(until, now)}.`))
    .join(' ');
}

/** What `unknown` means; the one state that asks something of the analyst. */
export const UNKNOWN_MEANS =
  'It was cut short and may have acted already. Osmia never repeats it by itself: look at the other side, then run it again from its object.';
