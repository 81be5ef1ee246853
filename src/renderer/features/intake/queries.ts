import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Candidate, Intake } from '../../../shared/contract/intake.ts';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

export const intakesQuery = (engagementId: string | undefined) =>
  callQuery('intake.list', engagementId === undefined ? {} : { engagementId }, ['intake', 'engagement']);

export const intakeQuery = (id: string) => callQuery('intake.get', { id }, ['intake']);

const PAGE = 5_000;

/**
 * All candidates of an intake, page by page. Decisions are applied to what is here (see {@link useDecide}); an event
 * would fetch 100,000 rows again, so that only a changed `edition` does.
 */
export const candidatesQuery = (id: string, edition: string) =>
  queryOptions({
    queryKey: ['intake.candidates', id, edition] as const,
    queryFn: async ({ signal }): Promise<Candidate[]> => {
      const all: Candidate[] = [];
      for (let after: number | null = -1; after !== null; ) {
        const page: { items: Candidate[]; next: number | null } = await callCore(
          'intake.candidates',
          { id, after, limit: PAGE },
          signal,
        );
        all.push(...page.items);
        after = page.next;
      }
      return all;
    },
  });

/** Sets decisions or a type: shown at once, taken back where the core says no. */
export function useDecide(intake: Intake, edition: string) {
  const queries = useQueryClient();
  const key = candidatesQuery(intake.id, edition).queryKey;
  return useMutation({
    mutationFn: (input: Omit<Input<'intake.decide'>, 'id'>) => callCore('intake.decide', { id: intake.id, ...input }),
    onMutate: (input) => {
      const before = queries.getQueryData(key);
      const seqs = new Set(input.seqs);
      queries.setQueryData(key, (rows) =>
        rows?.map((row) =>
          seqs.has(row.seq)
            ? { ...row, decision: input.decision ?? row.decision, dataType: input.dataType ?? row.dataType }
            : row,
        ),
      );
      return { before };
    },
    onError: (_error, _input, context) => queries.setQueryData(key, context?.before),
    onSuccess: (answer, input) => {
      queries.setQueryData(intakeQuery(intake.id).queryKey, answer);
      // Another type may normalise the value differently or reject it: the core knows.
      if (input.dataType !== undefined) void queries.invalidateQueries({ queryKey: key });
    },
  });
}

export const useAcceptIntake = () =>
  useMutation({ mutationFn: (input: Input<'intake.accept'>) => callCore('intake.accept', input) });

export const useDiscardIntake = () => useMutation({ mutationFn: (id: string) => callCore('intake.discard', { id }) });

export const partTextQuery = (id: string, part: string, offset: number, length: number) =>
  callQuery('intake.partText', { id, part, offset, length }, []);

export const bytesQuery = (id: string, offset: number, length: number) =>
  callQuery('intake.bytes', { id, offset, length }, []);

export const caseChoicesQuery = (engagementId: string) =>
  callQuery('cases.list', { engagementId, limit: 50 }, ['case']);

export const acceptedCaseQuery = (id: string) => callQuery('cases.get', { id }, ['case'], id);
