import { useMutation } from '@tanstack/react-query';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

export const flavorsQuery = callQuery('analyzers.list', {}, ['analyzers', 'engagement']);
export const sourcesQuery = callQuery('analyzers.sources', {}, ['analyzers']);
export const defectsQuery = callQuery('analyzers.defects', {}, ['analyzers']);
export const environmentsQuery = callQuery('environments.list', {}, ['analyzers']);
export const pythonsQuery = callQuery('environments.pythons', {}, []);
export const doctorQuery = (engagementId: string | undefined) =>
  callQuery('analyzers.doctor', engagementId === undefined ? {} : { engagementId }, ['analyzers', 'engagement']);
export const jobQuery = (id: string) => callQuery('jobs.get', { id }, ['job', 'report']);

export const useAddSource = () =>
  useMutation({ mutationFn: (input: Input<'analyzers.addSource'>) => callCore('analyzers.addSource', input) });

export const useRemoveSource = () =>
  useMutation({ mutationFn: (name: string) => callCore('analyzers.removeSource', { name }) });

export const usePlanEnvironment = () =>
  useMutation({ mutationFn: (input: Input<'environments.plan'>) => callCore('environments.plan', input) });

export const useMakeEnvironment = () =>
  useMutation({ mutationFn: (input: Input<'environments.make'>) => callCore('environments.make', input) });

export const useCancelEnvironment = () =>
  useMutation({ mutationFn: (id: string) => callCore('environments.cancel', { id }) });

export const useRemoveEnvironment = () =>
  useMutation({ mutationFn: (id: string) => callCore('environments.remove', { id }) });

export const usePlanTest = () =>
  useMutation({ mutationFn: (input: Input<'analyzers.planTest'>) => callCore('analyzers.planTest', input) });

export const useStartTest = () =>
  useMutation({ mutationFn: (input: Input<'jobs.start'>) => callCore('jobs.start', input) });
