import { queryOptions } from '@tanstack/react-query';
import type { Observable } from '../../../shared/contract/entities.ts';
import type { ObservableFilter, ObservableSort, ObservableTarget } from '../../../shared/contract/observables.ts';
import { callCore, type Input, link } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

/** Rows asked for at once. */
export const BLOCK = 100;
/** Rows of one call where all of a selection are read. */
const MANY = 1_000;

/** The numbers of all rows in order; the rows themselves come by blocks as they are looked at. */
export const indexQuery = (filter: ObservableFilter, sort: ObservableSort) =>
  callQuery('observables.index', { ...filter, sort }, ['observable', 'report'], filter.caseId);

/** A block of rows, by their numbers. */
export const rowsQuery = (nums: readonly number[], caseId: string | undefined) =>
  queryOptions({
    queryKey: ['observables.rows', nums] as const,
    queryFn: ({ signal }): Promise<Observable[]> => callCore('observables.rows', { nums: [...nums] }, signal),
    meta: { topics: ['observable', 'report', 'job'], caseId },
    // Scrolled away, a block is soon forgotten: a hundred thousand rows never lie here together.
    gcTime: 20_000,
  });

export const observableQuery = (id: string) => callQuery('observables.get', { id }, ['observable', 'job', 'report']);

/** What each analyzer said of it over time, across the cases of the engagement. */
export const linesQuery = (id: string) => callQuery('reports.history', { observableId: id }, ['report']);

export const caseNumberQuery = (id: string) => callQuery('cases.get', { id }, ['case']);

export const elsewhereQuery = (id: string, isEverywhere: boolean) =>
  callQuery('observables.elsewhere', { id, isEverywhere }, ['observable', 'case']);

export const occurrencesQuery = (id: string) => callQuery('observables.occurrences', { id }, ['observable', 'note']);

export const relationsQuery = (observableId: string) =>
  callQuery('relations.of', { observableId }, ['relation', 'observable']);

/** Values of a case that begin with, or hold, what is typed: to choose the other end of a link. */
export const candidatesQuery = (caseId: string, text: string) =>
  callQuery(
    'observables.list',
    { caseId, limit: 30, ...(text === '' ? {} : { valuePart: text }) },
    ['observable'],
    caseId,
  );

/** All rows of a selection, for an export. */
export async function selectedRows(nums: readonly number[]): Promise<Observable[]> {
  const rows: Observable[] = [];
  for (let at = 0; at < nums.length; at += MANY) {
    rows.push(...(await callCore('observables.rows', { nums: nums.slice(at, at + MANY) })));
  }
  return rows;
}

/** Ids of what is meant, for calls that take ids. */
export const targetIds = async (target: ObservableTarget, most = 10_000): Promise<string[]> =>
  (await callCore('observables.ids', { target, most })).ids;

export const addObservables = (input: Input<'observables.add'>, signal: AbortSignal, group: string) =>
  callCore('observables.add', input, signal, group);

export const addArchive = (input: Input<'observables.addArchive'>, signal: AbortSignal, group: string) =>
  callCore('observables.addArchive', input, signal, group);

/** Which verdicts of some observables to ask again. */
export const refreshPlan = (input: Input<'observables.refreshPlan'>) => callCore('observables.refreshPlan', input);

/** The bytes of a piece of evidence, packed behind a password. */
export async function protectedZip(input: { id: string; password: string; method: 'aes' | 'classic' }): Promise<Blob> {
  const { api } = await link.connection();
  const pieces: BlobPart[] = [];
  for await (const { base64 } of api['evidence.protectedZip'](input)) {
    pieces.push(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
  }
  return new Blob(pieces, { type: 'application/zip' });
}

/** Waits for an intake and moves it into a case. */
export async function acceptFile(intakeId: string, input: Omit<Input<'intake.accept'>, 'id'>, group: string) {
  const intake = await callCore('intake.wait', { id: intakeId });
  if (intake.state === 'failed') throw new Error(intake.error ?? `${intake.name} could not be read.`);
  return callCore('intake.accept', { ...input, id: intakeId }, undefined, group);
}

export const discardIntake = (id: string) => callCore('intake.discard', { id });

export const waitForIntake = (id: string) => callCore('intake.wait', { id });
