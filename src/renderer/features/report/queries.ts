import { useMutation } from '@tanstack/react-query';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';
import { undoable } from '../../state/undoable.ts';
import { plural } from '../../ui/format.ts';

/** A report never changes; what became of its artifacts does. */
export const reportQuery = (jobId: string) => callQuery('reports.get', { jobId }, ['report', 'observable']);

export const jobQuery = (id: string) => callQuery('jobs.get', { id }, ['job']);

/** The other jobs on the same observable, for earlier and later. */
export const siblingsQuery = (observableId: string) => callQuery('jobs.list', { observableId, limit: 200 }, ['job']);

/** Runs of the same analyzer on the same thing, anywhere in the engagement. */
export const historyQuery = (jobId: string) => callQuery('reports.history', { jobId }, ['report']);

/** Two reports never change, so neither does what lies between them; without `against` a newer run may come between. */
export const diffQuery = (jobId: string, against: string | undefined) =>
  callQuery('reports.diff', against === undefined ? { jobId } : { jobId, against }, []);

/** What it asked the filtering proxy for; written when the run ends. */
export const contactsQuery = (jobId: string) => callQuery('egress.contacts', { jobId }, ['job']);

export const caseOfJobQuery = (id: string) => callQuery('cases.get', { id }, ['case']);

export const flavorsQuery = callQuery('analyzers.list', {}, ['analyzers']);

export const useImportArtifacts = () =>
  useMutation({
    mutationFn: (input: Input<'reports.importArtifacts'>) =>
      undoable(
        ({ added, alreadyThere }) =>
          `${plural(added.length, 'observable')} imported${alreadyThere > 0 ? `, ${alreadyThere} already there` : ''}`,
        'reports.importArtifacts',
        input,
      ),
  });

export const useCancelJob = () => useMutation({ mutationFn: (id: string) => callCore('jobs.cancel', { ids: [id] }) });
