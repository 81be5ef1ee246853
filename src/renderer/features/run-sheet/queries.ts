import { queryOptions, useMutation } from '@tanstack/react-query';
import type { RunRow, RunSheet } from '../../../shared/contract/jobs.ts';
import type { RunRequest } from '../../state/run-request.ts';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

/** A sheet as the page shows it. `note` says what of the selection is not on it. */
export interface Planned {
  /** Null where nothing of the selection can be put on one. */
  sheet: RunSheet | null;
  kind: 'plan' | 'waiting' | 'retry';
  note: string;
}

/** A plan holds for ten minutes and must not change under the eyes: it is asked once, and again only by hand. */
export const planQuery = (request: RunRequest, swaps: readonly Swap[]) =>
  queryOptions({
    queryKey: ['run-sheet', request, swaps] as const,
    queryFn: ({ signal }): Promise<Planned> => plan(request, swaps, signal),
    gcTime: 0,
  });

/** "Send that instead": a row that gave away more than it had to, and what is planned in its place. */
export interface Swap {
  from: Pick<RunRow, 'flavorId' | 'dataType' | 'value'>;
  to: Extract<Input<'jobs.plan'>['subjects'][number], { dataType: string }>;
}

async function plan(request: RunRequest, swaps: readonly Swap[], signal: AbortSignal): Promise<Planned> {
  if ('plan' in request) {
    const wanted = request.plan;
    const { flavorIds: named } = wanted;
    // A hash may be asked of another analyzer than the file was; the others stay with those that were named.
    const own = wanted.subjects.map((subject) =>
      named === undefined || swaps.length === 0 || 'intakeId' in subject
        ? subject
        : { ...subject, flavorIds: subject.flavorIds ?? named },
    );
    const flavorIds = named && [...new Set([...named, ...swaps.flatMap((swap) => swap.to.flavorIds ?? [])])];
    const subjects = [...own, ...swaps.map((swap) => swap.to)];
    const input = { ...wanted, subjects, ...(flavorIds && { flavorIds }) };
    return { sheet: await callCore('jobs.plan', input, signal), kind: 'plan', note: '' };
  }
  if ('waiting' in request) {
    const { sheet, more } = await callCore('jobs.planWaiting', request.waiting, signal);
    return { sheet, kind: 'waiting', note: more > 0 ? `${more} more wait; they come with the next sheet.` : '' };
  }
  const { sheet, leftOut } = await callCore('jobs.planRetry', request.retry, signal);
  const words = leftOut.map(({ reason, count }) => `${count}: ${reason}`).join(' ');
  return { sheet, kind: 'retry', note: words === '' ? '' : `Left out, ${words}` };
}

/** Rows that are asked for at once. */
export const ROWS_A_PAGE = 200;

/** One page of a group's rows; the first one came with the sheet. */
export const rowsQuery = (sheetId: string, group: string, page: number, rows: readonly number[], first: RunRow[]) =>
  queryOptions({
    queryKey: ['jobs.sheetRows', sheetId, group, page] as const,
    queryFn: ({ signal }) => callCore('jobs.sheetRows', { sheetId, rows: [...rows] }, signal),
    ...(page === 0 && { initialData: first }),
    gcTime: 60_000,
  });

export const flavorsQuery = callQuery('analyzers.list', {}, ['analyzers']);

export interface Outcome {
  begun: number;
  refused: number;
  /** The first reason, where something was refused since it was shown. */
  why: string;
}

/** Starts or releases; what was shown is the most that happens. */
export const useRunSheet = (kind: Planned['kind']) =>
  useMutation({
    async mutationFn(input: Input<'jobs.run'>): Promise<Outcome> {
      if (kind === 'waiting') {
        const { released, refused } = await callCore('jobs.release', { sheetId: input.sheetId, rows: input.rows });
        return { begun: released, refused, why: '' };
      }
      const { started, waiting, answered, refused, refusals } = await callCore('jobs.run', input);
      return { begun: started + waiting + answered, refused, why: refusals[0]?.message ?? '' };
    },
  });
