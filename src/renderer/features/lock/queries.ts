import { useMutation, useQueryClient } from '@tanstack/react-query';
import { callCore, type Input } from '../../api/client.ts';
import { statusQuery } from '../../state/workspace.ts';

/** Creating and unlocking answer with the new status, which decides at once which screen shows. */
export function useCreateWorkspace() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (passphrase: string) => callCore('workspace.create', { passphrase }),
    onSuccess: (status) => queries.setQueryData(statusQuery.queryKey, status),
  });
}

export function useUnlock() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (key: Input<'workspace.unlock'>) => callCore('workspace.unlock', key),
    onSuccess: (status) => queries.setQueryData(statusQuery.queryKey, status),
  });
}
