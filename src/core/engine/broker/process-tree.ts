import { readdirSync, readFileSync } from 'node:fs';

/** Whether a process is still there. A zombie is dead: it only waits for its parent to read its status. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything, so the state is looked for after the last of them.
    const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    return state === 'Z' || state === 'X';
  } catch {
    return false;
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It was gone already, which is what was wanted.
  }
}

/** When a process began, in the system's own unit; with the id it names a process for ever. Linux only, else empty. */
export function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** The value of OSMIA_RUN of everything that this broker starts for a run: which run, and which broker. */
export const runMark = (token: string): string => `${token}.${process.pid}.${ownStart}`;
const ownStart = startOf(process.pid);

/**
 * Ends what brokers left behind that were killed with all their tree: a namespace that was not yet tied to its parent.
 * Only processes whose own broker is dead. Returns how many.
 */
export function sweepOrphans(): number {
  let count = 0;
  for (const pid of allPids()) {
    try {
      const mark = /(?:^|\0)OSMIA_RUN=[0-9a-f]+\.(\d+)\.(\d+)(?:\0|$)/.exec(
        readFileSync(`/proc/${pid}/environ`, 'latin1'),
      );
      if (mark === null || pid === process.pid || startOf(Number(mark[1])) === mark[2]) continue;
    } catch {
      continue; // Another user's process, or gone.
    }
    signal(pid, 'SIGKILL');
    count += 1;
  }
  return count;
}

/**
 * Processes that carry OSMIA_RUN=<token> in their environment: those that left the group with setsid. Linux only;
 * elsewhere nobody can tell, and the list is empty. A program that clears its environment escapes this, which is why
 * such a job says `limited`. `after`: the id of the first process of the run, which spares looking at older ones.
 */
export function findByToken(token: string, after = 0): number[] {
  const found: number[] = [];
  // Ids are given in order, so only younger processes can be ours, unless the numbers have begun anew since.
  const youngest = lastPid();
  const oldest = youngest >= after ? after : 0;
  const wanted = `OSMIA_RUN=${token}`;
  for (const pid of oldest > 0 && youngest - oldest < FEW ? countUp(oldest, youngest) : allPids()) {
    if (pid < oldest || pid === process.pid) continue;
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'latin1').includes(wanted) && isAlive(pid)) found.push(pid);
    } catch {
      // Another user's process, or gone.
    }
  }
  return found;
}

/** So many ids are tried one by one: listing /proc costs more, as the system builds the list of all processes for it. */
const FEW = 24;

const countUp = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

function allPids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function lastPid(): number {
  try {
    return Number(readFileSync('/proc/loadavg', 'latin1').trim().split(' ').at(-1));
  } catch {
    return 0;
  }
}

/** Members of a process group that are not zombies. Linux only; elsewhere the group is asked as a whole. */
export function groupIsAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return true;
  }
  return names.some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(fields[2]) === group && fields[0] !== 'Z' && fields[0] !== 'X';
    } catch {
      return false;
    }
  });
}
