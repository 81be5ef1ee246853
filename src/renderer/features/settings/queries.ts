import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';
import { statusQuery } from '../../state/workspace.ts';

export const settingsQuery = callQuery('settings.get', {}, ['settings']);

/** Asked when the screen opens or by hand: it looks at the machine. */
export const doctorQuery = { ...callQuery('system.doctor', {}, []), gcTime: 0 };

export const useUpdateSettings = () => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (patch: Input<'settings.update'>) => callCore('settings.update', patch),
    onSuccess: (settings) => queries.setQueryData(settingsQuery.queryKey, settings),
  });
};

export function useSetPassphrase() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input<'workspace.setPassphrase'>) => callCore('workspace.setPassphrase', input),
    onSuccess: (status) => queries.setQueryData(statusQuery.queryKey, status),
  });
}

export function useKeychain() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (isOn: boolean) => callCore('workspace.useKeychain', { isOn }),
    onSuccess: (status) => queries.setQueryData(statusQuery.queryKey, status),
  });
}

export function useRecoveryKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => callCore('workspace.issueRecoveryKey', {}),
    onSuccess: () => queries.invalidateQueries({ queryKey: statusQuery.queryKey }),
  });
}

export function useLock() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => callCore('workspace.lock', {}),
    onSuccess: (status) => queries.setQueryData(statusQuery.queryKey, status),
  });
}

/** Part of the page, fetched when somebody looks. */
export const componentsQuery = queryOptions({
  queryKey: ['components'] as const,
  queryFn: async () => (await import('virtual:components')).default,
});
