import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import type { Output } from '../api/client.ts';
import { basesQuery, useFreshness } from './freshness.ts';

const [OURS, THEIRS] = ['01890a5d-ac96-774b-bcce-b302099a8057', '01890a5d-ac96-774b-bcce-b302099a8058'];

test('a report is judged by the settings of its own engagement', () => {
  const one = { flavorId: 'kit/A_1', source: 'kit', name: 'A', version: '1', file: 'f', settings: 's', key: 'k' };
  const basesWith = (cacheMinutes: number): Output<'reports.bases'> => ({
    bases: [],
    current: [{ ...one, cacheMinutes }],
  });
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
  client.setQueryData(basesQuery(OURS ?? '').queryKey, basesWith(10));
  client.setQueryData(basesQuery(THEIRS ?? '').queryKey, basesWith(600));
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const report = { flavorId: 'kit/A_1', at: 0, basisId: null };
  const staleIn = (engagementId: string | undefined) =>
    renderHook(() => useFreshness(engagementId), { wrapper }).result.current.staleOf(report, 3_600_000);
  expect(staleIn(OURS)).toMatchObject({ code: 'age' });
  expect(staleIn(THEIRS)).toBeNull();
  expect(staleIn(undefined)).toBeNull();
});
