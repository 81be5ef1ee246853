import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { IconArrowRight, IconBriefcase2, IconChevronRight, IconSearch, IconWorldSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect } from 'react';
import { useLocation } from 'wouter';
import { frameStore, useFrame } from '../../state/frame-store.ts';
import { useEngagement } from '../../state/engagement.ts';
import { capsOf, type Command, commandsOf, PALETTE_LABEL, recentOf, runCommand } from '../../ui/commands.ts';
import { Hint, Kbd } from '../../ui/kbd.tsx';
import { Text } from '../../ui/text.tsx';
import { HitRow } from '../search/hit-row.tsx';
import { hrefOf, KIND_WORDS } from '../search/hit-words.ts';
import { searchQuery } from '../search/queries.ts';
import { openSearch } from '../search/search-path.ts';
import { useFrameCommands } from './frame-commands.ts';
import { recentCasesQuery } from './queries.ts';

const [spotlightStore, spotlight] = createSpotlight();

/** Hits of each kind; the page has the rest. */
const HITS = 5;
const COMMANDS = 12;

/** Enter takes the first hit: Mantine keeps the mark in the page, and hits that arrive later would leave it without. */
function markFirst(): void {
  const actions = document.querySelectorAll('.palette [data-action]');
  for (const action of actions) action.removeAttribute('data-selected');
  actions[0]?.setAttribute('data-selected', 'true');
  spotlightStore.updateState((state) => ({ ...state, selected: 0 }));
}

/** Ctrl/Cmd+K: what can be done here, everything that was written, every command. `>` `#` `@` narrow it. */
export function Palette() {
  const isOpen = useFrame((frame) => frame.isPaletteOpen);
  const query = useFrame((frame) => frame.paletteText);
  useEffect(() => {
    if (isOpen) spotlight.open();
  }, [isOpen]);
  const close = (): void => frameStore.getState().setPalette(false);
  const toPage = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    spotlight.close();
    openSearch({ text: withoutSign(query).text, isEverywhere: false });
  };
  return (
    <Spotlight.Root
      store={spotlightStore}
      query={query}
      onQueryChange={frameStore.getState().setPaletteText}
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
        onKeyDownCapture={toPage}
      />
      {isOpen && <Results query={query} />}
      <div className="palette-foot hints">
        <Hint keys={['Enter']}>Open</Hint>
        <Hint keys={['Ctrl', 'Enter']}>All results</Hint>
        <span className="right row loose">
          <Hint keys={['>']}>commands</Hint>
          <Hint keys={['#']}>cases</Hint>
          <Hint keys={['@']}>observables</Hint>
        </span>
      </div>
    </Spotlight.Root>
  );
}

/** `#12` is case 12, `#words` are words of cases; the number keeps its sign, which makes it exact. */
function withoutSign(query: string): { sign: string | undefined; text: string } {
  const sign = /^\s*([>#@])/.exec(query)?.[1];
  const rest = sign === undefined ? query.trim() : query.trim().slice(1).trim();
  return { sign, text: sign === '#' && /^\d+$/.test(rest) ? `#${rest}` : rest };
}

const matches = (label: string, text: string): boolean =>
  text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => label.toLowerCase().includes(word));

/** First what a key does to the row or the list, then what has none: an export must not be what Enter takes. */
const keysFirst = (commands: readonly Command[]): Command[] => [
  ...commands.filter(({ keys }) => keys !== undefined),
  ...commands.filter(({ keys }) => keys === undefined),
];

/** What stands first with an icon stands once; the palette does not offer itself. */
const withoutTwins = (commands: readonly Command[]): Command[] =>
  commands.filter(
    ({ label }, index) => label !== PALETTE_LABEL && commands.findIndex((each) => each.label === label) === index,
  );

function Results({ query }: { query: string }) {
  const [, navigate] = useLocation();
  const engagement = useEngagement();
  const { sign, text } = withoutSign(query);
  const isSearch = sign !== '>' && text !== '';
  const found = useQuery({
    ...searchQuery({
      text,
      engagementId: engagement?.id,
      isEverywhere: false,
      limit: sign === undefined ? HITS : 2 * HITS,
      ...(sign === '#' ? { kinds: ['case'] as const } : sign === '@' ? { kinds: ['observable'] as const } : {}),
    }),
    enabled: isSearch,
  });
  const recentCases = useQuery({
    ...recentCasesQuery(engagement?.id),
    enabled: text === '' && (sign === undefined || sign === '#'),
    placeholderData: keepPreviousData,
  });
  const groups = isSearch ? (found.data?.groups ?? []) : [];
  const problem = isSearch ? found.data?.problems[0] : undefined;
  const shownCases = text === '' && sign !== '>' && sign !== '@' ? (recentCases.data?.items ?? []) : [];

  const wantsCommands = sign === undefined || sign === '>';
  const ready = useFrameCommands();
  const everywhere = wantsCommands ? withoutTwins([...ready, ...commandsOf('everywhere')]) : [];
  const here = wantsCommands
    ? keysFirst(commandsOf('screen').filter((each) => text === '' || matches(each.label, text)))
    : [];
  const recent = text === '' ? recentOf([...here, ...everywhere]) : [];
  const commands = everywhere.filter((each) => (text === '' ? !recent.includes(each) : matches(each.label, text)));

  const shown = [
    ...groups.flatMap((group) => group.hits.map((hit) => hit.id + hit.part)),
    ...shownCases.map((each) => each.id),
    here.length + recent.length + commands.length,
  ].join();
  useEffect(() => {
    if (shown === '') return undefined;
    const frame = requestAnimationFrame(markFirst);
    return () => cancelAnimationFrame(frame);
  }, [shown]);

  const list = (label: string, items: readonly Command[]) =>
    items.length > 0 && (
      <Spotlight.ActionsGroup label={label}>
        {items.map((each) => (
          <CommandRow key={each.label} command={each} />
        ))}
      </Spotlight.ActionsGroup>
    );
  const isEmpty = groups.length + shownCases.length + here.length + recent.length + commands.length === 0;
  return (
    <Spotlight.ActionsList>
      {problem && (
        <p className="palette-problem f12" role="status">
          <Text>{`${problem.message} ${problem.hint}`}</Text>
        </p>
      )}
      {list('Recent', recent)}
      {list('On this screen', text === '' ? here.filter((each) => !recent.includes(each)).slice(0, COMMANDS) : here)}
      {groups.map((group) => (
        <Spotlight.ActionsGroup key={group.kind} label={KIND_WORDS[group.kind]}>
          {group.hits.map((hit) => (
            <Spotlight.Action key={hit.id + hit.part} onClick={() => navigate(hrefOf(hit))}>
              <HitRow hit={hit} />
            </Spotlight.Action>
          ))}
        </Spotlight.ActionsGroup>
      ))}
      {shownCases.length > 0 && (
        <Spotlight.ActionsGroup label="Recent cases">
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
      {list('Commands', commands)}
      {isSearch && (
        <Spotlight.ActionsGroup label="Elsewhere">
          <Spotlight.Action onClick={() => openSearch({ text, isEverywhere: false })}>
            <span className="palette-row">
              <IconArrowRight size={15} stroke={1.75} aria-hidden="true" />
              <span className="grow el">
                All results for “<Text>{text}</Text>”
              </span>
              <Kbd keys={['Ctrl', 'Enter']} />
            </span>
          </Spotlight.Action>
          <Spotlight.Action onClick={() => openSearch({ text, isEverywhere: true })}>
            <span className="palette-row">
              <IconWorldSearch size={15} stroke={1.75} aria-hidden="true" />
              <span className="grow el">
                Search every engagement for “<Text>{text}</Text>”
              </span>
            </span>
          </Spotlight.Action>
        </Spotlight.ActionsGroup>
      )}
      {isEmpty && !found.isFetching && !isSearch && (
        <Spotlight.Empty>Nothing in this engagement matches “{text}”.</Spotlight.Empty>
      )}
    </Spotlight.ActionsList>
  );
}

function CommandRow({ command }: { command: Command }) {
  const Icon = command.Icon ?? IconChevronRight;
  return (
    <Spotlight.Action onClick={() => runCommand(command)}>
      <span className="palette-row">
        <Icon size={15} stroke={1.75} />
        <span className="grow el">
          <Text>{command.label}</Text>
        </span>
        {command.keys !== undefined && <Kbd keys={capsOf(command.keys)} />}
      </span>
    </Spotlight.Action>
  );
}
