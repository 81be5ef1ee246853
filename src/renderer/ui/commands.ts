import type { ComponentType } from 'react';
import { useEffect, useRef } from 'react';

/** Something that can be done now: shown in the palette, and with its key on the key sheet. */
export interface Command {
  label: string;
  /** As bindings write it: `j`, `shift+a`, `mod+k`. */
  keys?: string;
  Icon?: ComponentType<{ size?: number | string; stroke?: number | string }>;
  run(): void;
}

/** The command that opens the palette, which does not offer itself. */
export const PALETTE_LABEL = 'Search or run a command';

/** Where a command belongs: the screen that is shown, or the frame around every screen. */
export type CommandScope = 'screen' | 'everywhere';

/** What one key does, in words; the palette takes those that can also be run from it. */
export interface KeyMeaning {
  keys: string;
  meaning: string;
}

interface Source {
  scope: CommandScope;
  commands(): readonly Command[];
  keys(): readonly KeyMeaning[];
}

/** In the order in which they came: what was opened last knows most of what somebody wants to do. */
const sources = new Set<Source>();
const MAX_RECENT = 5;
let recent: string[] = [];

export function registerSource(source: Source): () => void {
  sources.add(source);
  return () => {
    sources.delete(source);
  };
}

/** The commands of the current screen, or of every screen, each label once. */
export function commandsOf(scope: CommandScope): Command[] {
  const byLabel = new Map<string, Command>();
  for (const source of [...sources].reverse()) {
    if (source.scope !== scope) continue;
    for (const command of source.commands()) if (!byLabel.has(command.label)) byLabel.set(command.label, command);
  }
  return [...byLabel.values()];
}

/** What keys mean now, each key once: the newest source decides, as it does when the key is pressed. */
export function keysOf(scope: CommandScope): KeyMeaning[] {
  const byKeys = new Map<string, KeyMeaning>();
  for (const source of [...sources].reverse()) {
    if (source.scope !== scope) continue;
    for (const key of source.keys()) if (!byKeys.has(key.keys)) byKeys.set(key.keys, key);
  }
  return [...byKeys.values()];
}

/** Runs one, and remembers its label until the window is closed. */
export function runCommand(command: Command): void {
  recent = [command.label, ...recent.filter((label) => label !== command.label)].slice(0, MAX_RECENT);
  command.run();
}

/** Of these, the ones that were run last, the newest first. */
export const recentOf = (commands: readonly Command[]): Command[] =>
  recent.map((label) => commands.find((command) => command.label === label)).filter((found) => found !== undefined);

/** Contributes commands without a key of their own while the component is there; those with one come from `useKeys`. */
export function useCommands(commands: readonly Command[], scope: CommandScope = 'screen'): void {
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  useEffect(() => registerSource({ scope, commands: () => latest.current, keys: () => [] }), [scope]);
}

/** What keys that every list has mean, so that no screen has to say it again. */
const USUAL: Readonly<Record<string, string>> = {
  j: 'Next row',
  k: 'Previous row',
  x: 'Select',
  'shift+x': 'Select from the last one',
  'mod+a': 'Select all',
  Space: 'Preview',
  Enter: 'Open',
  Escape: 'Back out one level',
  '/': 'Filter',
  f: 'Star',
  Home: 'First row',
  End: 'Last row',
  Delete: 'Move to the trash',
  'mod+c': 'Copy defanged',
  'mod+shift+c': 'Copy the original',
  'mod+Enter': 'The primary action',
  ArrowDown: 'Next row',
  ArrowUp: 'Previous row',
};
export const usualMeaning = (keys: string): string | undefined => USUAL[keys];

const CAPS: Readonly<Record<string, string>> = {
  mod: 'Ctrl',
  shift: 'Shift',
  Escape: 'Esc',
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Delete: 'Del',
};

/** A binding as key caps: `mod+shift+c` is Ctrl, Shift, C. */
export const capsOf = (keys: string): string[] =>
  keys === '+' ? ['+'] : keys.split('+').map((key) => CAPS[key] ?? (key.length === 1 ? key.toUpperCase() : key));
