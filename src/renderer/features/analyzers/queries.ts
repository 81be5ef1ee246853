import { useMutation } from '@tanstack/react-query';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

export const flavorsQuery = callQuery('analyzers.list', {}, ['analyzers', 'engagement']);
export const sourcesQuery = callQuery('analyzers.sources', {}, ['analyzers']);
export const defectsQuery = callQuery('analyzers.defects', {}, ['analyzers']);

export const useAddSource = () =>
  useMutation({ mutationFn: (input: Input<'analyzers.addSource'>) => callCore('analyzers.addSource', input) });

export const useRemoveSource = () =>
  useMutation({ mutationFn: (name: string) => callCore('analyzers.removeSource', { name }) });
