import { createSpotlight, Spotlight } from '@mantine/spotlight';
import {
  IconBriefcase2,
  IconFileImport,
  IconInbox,
  IconListCheck,
  IconLock,
  IconMoon,
  IconSearch,
  IconSend,
  IconSettings,
  IconStack2,
  IconWifiOff,
  IconCpu,
  IconFingerprint,
} from '@tabler/icons-react';
import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ComponentType, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { callCore } from '../../api/client.ts';
import { Verdict } from '../../ui/chips.tsx';
import { TypeIcon } from '../../ui/icons.tsx';
import { Hint, Kbd } from '../../ui/kbd.tsx';
import { Text } from '../../ui/text.tsx';
import { Value } from '../../ui/value.tsx';
import { frameStore, useFrame } from '../../state/frame-store.ts';
import { useEngagement, useUpdateEngagement } from '../../state/engagement.ts';
import { useRunTarget } from '../../state/run-target.ts';
import { findCasesQuery, findObservablesQuery, setsQuery } from './queries.ts';
import { chooseFiles } from '../../state/take-in.ts';

interface Command {
  label: string;
  Icon: ComponentType<{ size?: number | string; stroke?: number | string }>;
  keys?: readonly string[];
  run(): void;
}

const [spotlightStore, spotlight] = createSpotlight();

/** Enter takes the first hit: Mantine keeps the mark in the page, and hits that arrive later would leave it without. */
function markFirst(): void {
  const actions = document.querySelectorAll('.palette [data-action]');
  for (const action of actions) action.removeAttribute('data-selected');
  actions[0]?.setAttribute('data-selected', 'true');
  spotlightStore.updateState((state) => ({ ...state, selected: 0 }));
}

/** Ctrl/Cmd+K: screens and commands, cases by number or words, observables. `>` `#` `@` narrow it. */
export function Palette() {
  const isOpen = useFrame((frame) => frame.isPaletteOpen);
  const [query, setQuery] = useState('');
  useEffect(() => {
    if (isOpen) spotlight.open();
  }, [isOpen]);
  const close = (): void => frameStore.getState().setPalette(false);
  return (
    <Spotlight.Root
      store={spotlightStore}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      clearQueryOnClose
      onSpotlightClose={close}
      size={640}
      radius="lg"
      yOffset={96}
      scrollable
      maxHeight={520}
      classNames={{ content: 'palette' }}
      title="Search or run a command"
      overlayProps={{ blur: 0 }}
    >
      <Spotlight.Search
        placeholder="Search or run a command"
        aria-label="Search or run a command"
        leftSection={<IconSearch size={18} stroke={1.75} />}
        rightSection={<Kbd keys={['Esc']} />}
      />
      {isOpen && <Results query={query} />}
      <div className="palette-foot hints">
        <Hint keys={['Enter']}>Open</Hint>
        <span className="right row loose">
          <Hint keys={['>']}>commands</Hint>
          <Hint keys={['#']}>cases</Hint>
          <Hint keys={['@']}>observables</Hint>
        </span>
      </div>
    </Spotlight.Root>
  );
}

function Results({ query }: { query: string }) {
  const [, navigate] = useLocation();
  const engagement = useEngagement();
  const sign = /^[>#@]/.exec(query)?.[0];
  const text = (sign ? query.slice(1) : query).trim();
  const [asked] = useDebouncedValue(text, 120);
  const wantsCases = sign === undefined || sign === '#';
  const wantsValues = (sign === undefined || sign === '@') && asked.length > 1;
  const cases = useQuery({
    ...findCasesQuery(asked.replace(/^#/, ''), engagement?.id),
    enabled: wantsCases,
    placeholderData: keepPreviousData,
  });
  const values = useQuery({
    ...findObservablesQuery(asked, engagement?.id),
    enabled: wantsValues,
    placeholderData: keepPreviousData,
  });
  const commands = useCommands().filter((each) => each.label.toLowerCase().includes(text.toLowerCase()));
  const shownCommands = sign === undefined || sign === '>' ? commands : [];
  const shownCases = wantsCases ? (cases.data?.items ?? []) : [];
  const shownValues = wantsValues ? (values.data?.items ?? []) : [];
  const isEmpty = shownCommands.length + shownCases.length + shownValues.length === 0;

  const shown = [...shownValues, ...shownCases].map((each) => each.id).join() + shownCommands.length;
  useEffect(() => {
    if (shown === '') return undefined;
    const frame = requestAnimationFrame(markFirst);
    return () => cancelAnimationFrame(frame);
  }, [shown]);

  return (
    <Spotlight.ActionsList>
      {shownValues.length > 0 && (
        <Spotlight.ActionsGroup label="Observables">
          {shownValues.map((each) => (
            <Spotlight.Action key={each.id} onClick={() => navigate(`/observables/${each.id}`)}>
              <span className="palette-row">
                <TypeIcon dataType={each.dataType} size={15} />
                <span className="grow">
                  <Value dataType={each.dataType} value={each.value} />
                </span>
                <Verdict level={each.verdict} />
              </span>
            </Spotlight.Action>
          ))}
        </Spotlight.ActionsGroup>
      )}
      {shownCases.length > 0 && (
        <Spotlight.ActionsGroup label={text === '' ? 'Recent cases' : 'Cases'}>
          {shownCases.map((each) => (
            <Spotlight.Action key={each.id} onClick={() => navigate(`/cases/${each.number}`)}>
              <span className="palette-row">
                <IconBriefcase2 size={15} stroke={1.75} aria-hidden="true" />
                <span className="t3 mono">#{each.number}</span>
                <span className="el">
                  <Text>{each.title}</Text>
                </span>
              </span>
            </Spotlight.Action>
          ))}
        </Spotlight.ActionsGroup>
      )}
      {shownCommands.length > 0 && (
        <Spotlight.ActionsGroup label="Commands">
          {shownCommands.map((each) => (
            <Spotlight.Action key={each.label} onClick={each.run}>
              <span className="palette-row">
                <each.Icon size={15} stroke={1.75} />
                <span className="grow el">{each.label}</span>
                {each.keys && <Kbd keys={each.keys} />}
              </span>
            </Spotlight.Action>
          ))}
        </Spotlight.ActionsGroup>
      )}
      {isEmpty && <Spotlight.Empty>Nothing in this engagement matches “{text}”.</Spotlight.Empty>}
    </Spotlight.ActionsList>
  );
}

function useCommands(): Command[] {
  const [, navigate] = useLocation();
  const engagement = useEngagement();
  const update = useUpdateEngagement();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const target = useRunTarget();
  const { data: sets } = useQuery(setsQuery);
  const commands: Command[] = [
    {
      label: 'Choose files for Intake…',
      Icon: IconFileImport,
      run: () =>
        void chooseFiles(engagement?.id).then((ids) => {
          if (ids[0] !== undefined) navigate(ids.length === 1 ? `/intake/${ids[0]}` : '/intake');
        }),
    },
    { label: 'New case', Icon: IconBriefcase2, run: () => navigate('/cases/new') },
    { label: 'Go to Intake', Icon: IconInbox, keys: ['Ctrl', '1'], run: () => navigate('/intake') },
    { label: 'Go to Cases', Icon: IconBriefcase2, keys: ['Ctrl', '2'], run: () => navigate('/cases') },
    { label: 'Go to Observables', Icon: IconFingerprint, keys: ['Ctrl', '3'], run: () => navigate('/observables') },
    { label: 'Go to Jobs', Icon: IconListCheck, keys: ['Ctrl', '4'], run: () => navigate('/jobs') },
    { label: 'Go to Analyzers', Icon: IconCpu, run: () => navigate('/analyzers') },
    { label: 'Go to Responders', Icon: IconSend, run: () => navigate('/responders') },
    { label: 'Go to Settings', Icon: IconSettings, run: () => navigate('/settings') },
    {
      label: colorScheme === 'dark' ? 'Use the light theme' : 'Use the dark theme',
      Icon: IconMoon,
      run: () => setColorScheme(colorScheme === 'dark' ? 'light' : 'dark'),
    },
    { label: 'Lock the workspace', Icon: IconLock, run: () => void callCore('workspace.lock', {}) },
  ];
  for (const set of target === undefined ? [] : (sets ?? [])) {
    // The run sheet comes next, so the label ends as "Analyse…" does.
    commands.unshift({
      label: `Run set ${set.name} on ${target?.about ?? ''}…`,
      Icon: IconStack2,
      run: () => target?.runSet(set.id),
    });
  }
  if (engagement)
    commands.push({
      label: engagement.isOffline ? 'Go online' : 'Go offline',
      Icon: IconWifiOff,
      run: () => update.mutate({ id: engagement.id, patch: { isOffline: !engagement.isOffline } }),
    });
  return commands;
}
