import {
  IconBell,
  IconBriefcase2,
  IconChartBar,
  IconChecklist,
  IconCpu,
  IconFileImport,
  IconFingerprint,
  IconGauge,
  IconInbox,
  IconKeyboard,
  IconListCheck,
  IconLock,
  IconMoon,
  IconSchool,
  IconSearch,
  IconSend,
  IconSettings,
  IconStack2,
  IconWifiOff,
} from '@tabler/icons-react';
import { useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { callCore } from '../../api/client.ts';
import { frameStore } from '../../state/frame-store.ts';
import { useEngagement, useUpdateEngagement } from '../../state/engagement.ts';
import { useRunTarget } from '../../state/run-target.ts';
import { useOpenDemo } from '../../state/open-demo.ts';
import { chooseFiles } from '../../state/take-in.ts';
import type { Command } from '../../ui/commands.ts';
import { setsQuery } from './queries.ts';

/** What can be done wherever one is. Keys stand with the bindings in frame.tsx; the same label shows the same key. */
export function useFrameCommands(): Command[] {
  const [, navigate] = useLocation();
  const engagement = useEngagement();
  const update = useUpdateEngagement();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const target = useRunTarget();
  const demo = useOpenDemo();
  const { data: sets } = useQuery(setsQuery);
  const go = (label: string, Icon: NonNullable<Command['Icon']>, path: string, keys?: string): Command => ({
    label,
    Icon,
    run: () => navigate(path),
    ...(keys !== undefined && { keys }),
  });
  return [
    // The run sheet comes next, so the label ends as "Analyse…" does.
    ...(target === undefined ? [] : (sets ?? [])).map((set) => ({
      label: `Run set ${set.name} on ${target?.about ?? ''}…`,
      Icon: IconStack2,
      run: () => target?.runSet(set.id),
    })),
    {
      label: 'Choose files for Intake…',
      Icon: IconFileImport,
      run: () =>
        void chooseFiles(engagement?.id).then((ids) => {
          if (ids[0] !== undefined) navigate(ids.length === 1 ? `/intake/${ids[0]}` : '/intake');
        }),
    },
    go('New case', IconBriefcase2, '/cases/new'),
    { label: 'Open the demo case', Icon: IconSchool, run: demo.open },
    go('Go to Search', IconSearch, '/search'),
    go('Go to Intake', IconInbox, '/intake', 'mod+1'),
    go('Go to Alerts', IconBell, '/alerts'),
    go('Go to Cases', IconBriefcase2, '/cases', 'mod+2'),
    go('Go to Tasks', IconChecklist, '/tasks'),
    go('Go to Observables', IconFingerprint, '/observables', 'mod+3'),
    go('Go to Jobs', IconListCheck, '/jobs', 'mod+4'),
    go('Go to Analyzers', IconCpu, '/analyzers'),
    go('Go to Responders', IconSend, '/responders'),
    go('Go to Quota', IconGauge, '/quota'),
    go('Go to Egress', IconSend, '/quota/egress'),
    go('Go to Dashboards', IconChartBar, '/dashboards'),
    go('Go to Settings', IconSettings, '/settings'),
    {
      label: colorScheme === 'dark' ? 'Use the light theme' : 'Use the dark theme',
      Icon: IconMoon,
      run: () => setColorScheme(colorScheme === 'dark' ? 'light' : 'dark'),
    },
    { label: 'Show all keys', Icon: IconKeyboard, keys: '?', run: () => frameStore.getState().setKeySheet(true) },
    { label: 'Lock the workspace', Icon: IconLock, run: () => void callCore('workspace.lock', {}) },
    ...(engagement === undefined
      ? []
      : [
          {
            label: engagement.isOffline ? 'Go online' : 'Go offline',
            Icon: IconWifiOff,
            run: () => update.mutate({ id: engagement.id, patch: { isOffline: !engagement.isOffline } }),
          },
        ]),
  ];
}
