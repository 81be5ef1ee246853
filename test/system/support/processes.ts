import { readdirSync, readFileSync } from 'node:fs';
import { isAlive } from '../../../src/core/engine/broker/process-tree.ts';

/** A process that cannot be taken for another one: its id may be given again. */
export interface Seen {
  pid: number;
  started: string;
  command: string;
}

interface Stat {
  parent: number;
  started: string;
}

/** `/proc/PID/stat` after the name in parentheses, which may hold anything. */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

export function fileOf(pid: number, name: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}

const allPids = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** A process and everything that descends from it, now. */
export function treeOf(root: number): Seen[] {
  const children = new Map<number, number[]>();
  const stats = new Map<number, Stat>();
  for (const pid of allPids()) {
    const stat = statOf(pid);
    if (!stat) continue;
    stats.set(pid, stat);
    children.set(stat.parent, [...(children.get(stat.parent) ?? []), pid]);
  }
  const found: Seen[] = [];
  const visit = (pid: number): void => {
    const stat = stats.get(pid);
    if (stat) found.push({ pid, started: stat.started, command: fileOf(pid, 'cmdline').replaceAll('\0', ' ') });
    for (const child of children.get(pid) ?? []) visit(child);
  };
  visit(root);
  return found;
}

/** Those of the processes that still live. */
export const stillAlive = (seen: readonly Seen[]): Seen[] =>
  seen.filter(({ pid, started }) => isAlive(pid) && statOf(pid)?.started === started);

/** Living processes, other than this one, whose command line or environment holds the text. */
export const processesAbout = (text: string): Seen[] =>
  allPids()
    .filter((pid) => pid !== process.pid && isAlive(pid))
    .filter((pid) => fileOf(pid, 'cmdline').includes(text) || fileOf(pid, 'environ').includes(text))
    .map((pid) => ({
      pid,
      started: statOf(pid)?.started ?? '',
      command: fileOf(pid, 'cmdline').replaceAll('\0', ' '),
    }));

/** The highest resident size of any process of a tree, in MiB, since each began. */
export function peakMemory(root: number): number {
  const peaks = treeOf(root).map(({ pid }) => {
    try {
      return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024;
    } catch {
      return 0;
    }
  });
  return Math.max(0, ...peaks);
}
