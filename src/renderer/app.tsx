import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { link } from './api/client.ts';
import { followEvents } from './api/live.ts';
import { styleNonce } from './api/nonce.ts';
import { createQueryClient } from './api/query.ts';
import { schemeManager } from './api/scheme.ts';
import { Frame } from './features/frame/frame.tsx';
import { statusQuery } from './state/workspace.ts';
import { Pages } from './pages.tsx';
import { resolver, theme } from './theme.ts';
import { Boundary } from './ui/boundary.tsx';
import { LinkBanner } from './ui/link-banner.tsx';
import { draftsStore } from './features/case-templates/template-draft.ts';
import { clearToasts } from './ui/toast.tsx';

const LockScreen = lazy(async () => ({ default: (await import('./features/lock/lock-screen.tsx')).LockScreen }));

const MOST_TOASTS = 3;
/** Events are followed while the workspace is open only: a locked window asks, and sees that another one unlocked. */
const LOCKED_POLL_MS = 2_000;

export function App() {
  const [queries] = useState(createQueryClient);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolver}
      defaultColorScheme="auto"
      colorSchemeManager={schemeManager}
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={queries}>
        <section aria-label="Messages">
          <Notifications position="bottom-right" limit={MOST_TOASTS} withinPortal={false} />
        </section>
        {/* oxlint-disable-next-line react-hooks/rules-of-hooks -- wouter takes its location hook as a value */}
        <Router hook={useHashLocation}>
          <Workspace />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** The lock screen or the frame, by the state of the workspace; everything is read anew after a lost connection. */
function Workspace() {
  const queries = useQueryClient();
  const state = useSyncExternalStore(link.subscribe, link.state);
  const { data: status } = useQuery({
    ...statusQuery,
    refetchInterval: ({ state: { data } }) => (data?.state === 'open' ? false : LOCKED_POLL_MS),
  });
  const isLinked = state.kind === 'open';
  const isOpen = status?.state === 'open';

  useEffect(() => {
    if (isLinked) void queries.invalidateQueries();
  }, [isLinked, queries]);

  useEffect(() => {
    if (!isOpen || !isLinked) return undefined;
    return followEvents(link, queries);
  }, [isOpen, isLinked, queries]);

  useEffect(() => {
    // Nothing of a locked workspace stays in memory longer than the key does.
    if (!status || isOpen) return;
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'workspace.status' });
    clearToasts();
    draftsStore.getState().clear();
  }, [status, isOpen, queries]);

  if (!status) return <LinkBanner state={state} isAlone />;
  if (status.state !== 'open')
    return (
      <Suspense fallback={null}>
        <LockScreen status={status} link={state} />
      </Suspense>
    );
  return (
    <Frame link={state}>
      <Boundary>
        <Pages />
      </Boundary>
    </Frame>
  );
}
