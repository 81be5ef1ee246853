import { useMutation } from '@tanstack/react-query';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';
import { undoable } from '../../state/undoable.ts';

export const configQuery = (flavorId: string, engagementId: string | undefined) =>
  callQuery('config.get', { flavorId, ...(engagementId === undefined ? {} : { engagementId }) }, ['analyzers']);

export const secretsQuery = callQuery('secrets.list', {}, ['analyzers']);

export const networkQuery = callQuery('config.network', {}, ['analyzers']);

export const useSetConfig = () =>
  useMutation({ mutationFn: (input: Input<'config.set'>) => callCore('config.set', input) });

export const useSetNetwork = () =>
  useMutation({ mutationFn: (patch: Input<'config.setNetwork'>) => callCore('config.setNetwork', patch) });

export const useReplaceSecret = () =>
  useMutation({ mutationFn: (input: Input<'secrets.replace'>) => callCore('secrets.replace', input) });

export const useDeleteSecret = () => useMutation({ mutationFn: (id: string) => callCore('secrets.delete', { id }) });

export const useCheckSecret = () => useMutation({ mutationFn: (id: string) => callCore('secrets.check', { id }) });

export const useMoveSecret = () =>
  useMutation({ mutationFn: (input: Input<'secrets.move'>) => callCore('secrets.move', input) });

export const usePreferPlace = () =>
  useMutation({ mutationFn: (input: Input<'secrets.prefer'>) => callCore('secrets.prefer', input) });

export const useRetrySecrets = () => useMutation({ mutationFn: () => callCore('secrets.retry', {}) });

export const useImportCortex = () =>
  useMutation({ mutationFn: (input: Input<'config.importCortex'>) => callCore('config.importCortex', input) });

export const setsQuery = callQuery('sets.list', {}, ['analyzers']);

export const useCreateSet = () =>
  useMutation({ mutationFn: (input: Input<'sets.create'>) => callCore('sets.create', input) });

export const useUpdateSet = () =>
  useMutation({ mutationFn: (input: Input<'sets.update'>) => callCore('sets.update', input) });

export const useRemoveSet = () =>
  useMutation({
    mutationFn: ({ id, name }: { id: string; name: string }) => undoable(`Set ${name} removed`, 'sets.remove', { id }),
  });
