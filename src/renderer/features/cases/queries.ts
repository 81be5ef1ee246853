import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CaseFilter, CaseSelection, CaseSort } from '../../../shared/contract/case-list.ts';
import type { Case } from '../../../shared/contract/entities.ts';
import { callCore, type Input, type Output } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';
import { undoable } from '../../state/undoable.ts';
import { plural } from '../../ui/format.ts';

const PAGE = 200;

export const casesQuery = (engagementId: string, filter: CaseFilter, sort: CaseSort) =>
  infiniteQueryOptions({
    queryKey: ['cases.list', 'pages', engagementId, filter, sort] as const,
    queryFn: ({ pageParam, signal }) =>
      callCore(
        'cases.list',
        { engagementId, filter, sort, limit: PAGE, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    meta: { topics: ['case', 'observable', 'engagement'], caseId: undefined },
  });

export const countQuery = (engagementId: string, filter: CaseFilter) =>
  callQuery('cases.count', { engagementId, filter }, ['case', 'engagement']);

export const statsQuery = (engagementId: string) => callQuery('cases.stats', { engagementId }, ['case', 'engagement']);

export const caseQuery = (number: number) =>
  callQuery('cases.get', { number }, ['case', 'observable', 'note', 'evidence', 'job', 'report']);

export const evidenceQuery = (caseId: string) => callQuery('evidence.list', { caseId }, ['evidence', 'case'], caseId);

/** Pinned ones first, then those that were changed last. */
export const firstNotesQuery = (caseId: string) => callQuery('notes.index', { caseId, limit: 4 }, ['note'], caseId);

export const relatedCasesQuery = (id: string, isEverywhere: boolean) =>
  callQuery('cases.related', { id, isEverywhere }, ['case', 'observable']);

export const worstObservablesQuery = (caseId: string, verdict: 'malicious' | 'suspicious') =>
  callQuery('observables.list', { caseId, verdicts: [verdict], limit: 8 }, ['observable', 'report'], caseId);

export const closeCheckQuery = (id: string) => callQuery('cases.closeCheck', { id }, ['task', 'case', 'field'], id);

export const mergeLinksQuery = (id: string) => callQuery('cases.mergeLinks', { id }, ['case']);

export const mergeTargetsQuery = (id: string, text: string) =>
  callQuery('cases.findMergeTarget', { id, text }, ['case']);

export const mergePlanQuery = (ids: string[]) => callQuery('cases.planMerge', { ids }, ['case']);

export const unmergePlanQuery = (id: string) => callQuery('cases.planUnmerge', { id }, ['case', 'observable'], id);

export const viewsQuery = (engagementId: string) =>
  callQuery('views.list', { engagementId, screen: 'cases' }, ['case']);

export const lastViewQuery = (engagementId: string) =>
  callQuery('views.last', { engagementId, screen: 'cases' }, ['workspace']);

export const trashQuery = (engagementId: string) =>
  infiniteQueryOptions({
    queryKey: ['trash.cases', 'pages', engagementId] as const,
    queryFn: ({ pageParam, signal }) =>
      callCore(
        'trash.cases',
        { engagementId, limit: PAGE, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    meta: { topics: ['case'], caseId: undefined },
  });

export const trashOfCaseQuery = (caseId: string) =>
  callQuery('trash.ofCase', { caseId }, ['case', 'observable', 'note', 'task', 'evidence'], caseId);

export const destroyPlanQuery = (caseId: string) => callQuery('trash.planDestroy', { caseId }, ['case', 'job']);

/** Every case that a filter finds, for a file. */
export async function collectCases(engagementId: string, filter: CaseFilter, sort: CaseSort): Promise<Case[]> {
  const rows: Case[] = [];
  let cursor: string | undefined;
  do {
    const page = await callCore('cases.list', {
      engagementId,
      filter,
      sort,
      limit: 1_000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    rows.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return rows;
}

export const useCreateCase = () =>
  useMutation({ mutationFn: (input: Input<'cases.create'>) => callCore('cases.create', input) });

type Patch = Input<'cases.update'>['patch'];

const FIELD_WORDS: Readonly<Record<keyof Patch, string>> = {
  title: 'Title',
  description: 'Description',
  severity: 'Severity',
  status: 'Status',
  tlp: 'TLP',
  pap: 'PAP',
  tags: 'Tags',
  isFlagged: 'Star',
  assignee: 'Assignee',
  summary: 'Summary',
  resolution: 'Resolution',
  impact: 'Impact',
  startAt: 'Start',
  endAt: 'End',
};

const patchWords = (patch: Patch): string => {
  const names = (Object.keys(patch) as (keyof Patch)[]).map((name) => FIELD_WORDS[name]);
  return `${names.join(' and ')} changed`;
};

export const useUpdateCase = (id: string) =>
  useMutation({ mutationFn: (patch: Patch) => undoable(patchWords(patch), 'cases.update', { id, patch }) });

export const starCase = ({ id, isFlagged, number }: Case) =>
  undoable(`#${number} ${isFlagged ? 'has no star any more' : 'starred'}`, 'cases.update', {
    id,
    patch: { isFlagged: !isFlagged },
  });

const BULK_WORDS = { edit: 'changed', close: 'closed', reopen: 'opened again', trash: 'moved to the trash' } as const;

export const useBulkCases = () =>
  useMutation({
    mutationFn: ({ selection, change }: { selection: CaseSelection; change: Input<'cases.bulk'>['change'] }) =>
      undoable<'cases.bulk'>(
        ({ changed, skipped, reasons: [first] }) =>
          `${plural(changed, 'case')} ${BULK_WORDS[change.kind]}${
            skipped > 0 ? `, ${skipped} left as they were: #${first?.number} ${first?.reason ?? ''}` : ''
          }`,
        'cases.bulk',
        { selection, change },
      ),
  });

export const useCloseCase = (id: string) =>
  useMutation({
    mutationFn: (closing: Input<'cases.close'>['closing']) => undoable('Case closed', 'cases.close', { id, closing }),
  });

export const fillField = (
  caseId: string,
  field: { id: string; displayName: string },
  value: Input<'customFields.set'>['value'],
) =>
  undoable(`${field.displayName} filled in`, 'customFields.set', {
    owner: 'case',
    ownerId: caseId,
    fieldId: field.id,
    value,
  });

export const reopenCase = (id: string) => undoable('Case opened again', 'cases.reopen', { id });

export const trashCase = ({ id, number }: Pick<Case, 'id' | 'number'>) =>
  undoable(`#${number} moved to the trash`, 'cases.trash', { ids: [id] });

export const useMergeCases = () =>
  useMutation({
    mutationFn: (input: Input<'cases.merge'>) =>
      undoable<'cases.merge'>(({ number }) => `Merged into #${number}`, 'cases.merge', input),
  });

export const useUnmergeCase = () =>
  useMutation({
    mutationFn: (input: Input<'cases.unmerge'>) => undoable('The merge was taken apart', 'cases.unmerge', input),
  });

export const restoreTrashed = (items: Input<'trash.restore'>['items']) =>
  undoable<'trash.restore'>(({ restored }) => `${plural(restored, 'thing')} restored`, 'trash.restore', { items });

export const useSaveView = () =>
  useMutation({
    mutationFn: (input: Omit<Input<'views.save'>, 'screen'>) =>
      undoable(`View “${input.name.trim()}” saved`, 'views.save', { ...input, screen: 'cases' }),
  });

export const removeView = (id: string, name: string) => undoable(`View “${name}” removed`, 'views.remove', { id });

/** Keeps what the list shows for the next time; nobody waits for it. */
export function useRememberList(): (engagementId: string, filter: CaseFilter, sort: CaseSort) => void {
  const queries = useQueryClient();
  return (engagementId, filter, sort) => {
    queries.setQueryData(lastViewQuery(engagementId).queryKey, { filter, sort } as Output<'views.last'>);
    void callCore('views.remember', { engagementId, screen: 'cases', filter, sort });
  };
}
