import { closeSync, openSync, readSync, realpathSync } from 'node:fs';
import { delimiter, extname, isAbsolute, join } from 'node:path';
import type { Reason } from '../../shared/contract/entities.ts';
import type { Broker } from '../engine/broker/broker-client.ts';
import { askPython } from './python/ask-python.ts';
import type { EnvironmentStart } from './python/environment-store.ts';
import { isExecutable } from './is-executable.ts';

/** A program that runs scripts, asked once. */
interface Interpreter {
  /** The real executable, never the shim of a version manager (a shim costs 160 ms a job). */
  path: string;
  version: string;
  /** Folders it needs to read. */
  readOnly: string[];
  /** What its environment needs, beyond the usual. */
  env: Record<string, string>;
  /** It does not start with less memory than this, in MiB. */
  leastMemoryMib: number;
}

/** How a program is started. */
export interface Start {
  /** The command line before the program's own path. */
  command: string[];
  readOnly: string[];
  env: Record<string, string>;
  leastMemoryMib: number;
}

export interface Interpreters {
  /** How to start an existing file, or why that cannot be; in the environment of its requirements where it was made. */
  forProgram(program: string, requirementsId?: string): Promise<Start | Reason>;
  /** Those asked so far, by the name that asked for them. */
  known(): { name: string; interpreter: Interpreter | Reason }[];
}

const BY_EXTENSION: Readonly<Record<string, string>> = {
  '.py': 'python3',
  '.js': 'node',
  '.mjs': 'node',
  '.cjs': 'node',
  '.ts': 'node',
  '.sh': 'sh',
  '.pl': 'perl',
  '.rb': 'ruby',
};

export function createInterpreters(deps: {
  broker: Broker;
  nodePath: string;
  path: string;
  /** The environment that was made for requirements of this id. */
  environment?(id: string): EnvironmentStart | undefined;
}): Interpreters {
  const asked = new Map<string, Promise<Interpreter | Reason>>();
  const answers = new Map<string, Interpreter | Reason>();

  const onPath = (name: string): string | undefined => {
    for (const folder of deps.path.split(delimiter)) {
      if (!isAbsolute(folder)) continue;
      const path = join(folder, name);
      if (isExecutable(path)) return path;
    }
    return undefined;
  };

  const resolve = async (name: string): Promise<Interpreter | Reason> => {
    if (/^node\d*$/.test(baseName(name))) {
      return {
        path: deps.nodePath,
        version: '',
        readOnly: [deps.nodePath],
        env: { NODE_NO_WARNINGS: '1' },
        leastMemoryMib: 1_024,
      };
    }
    // `python` alone is missing on many systems; every analyzer that says so means version 3.
    const names = name === 'python' ? ['python3', 'python'] : [name];
    const path = isAbsolute(name)
      ? isExecutable(name)
        ? name
        : undefined
      : names.map(onPath).find((p) => p !== undefined);
    if (path === undefined) {
      return { code: 'interpreter_missing', message: `${name} is not installed, or not on the PATH.` };
    }
    if (!isPython(name)) {
      return { path: realpathSync(path), version: '', readOnly: [realpathSync(path)], env: {}, leastMemoryMib: 0 };
    }
    const python = await askPython(deps.broker, path, deps.path);
    return 'code' in python ? python : { ...python, leastMemoryMib: 0 };
  };

  const get = (name: string): Promise<Interpreter | Reason> => {
    let answer = asked.get(name);
    if (answer === undefined) {
      answer = resolve(name).then((found) => {
        answers.set(name, found);
        return found;
      });
      asked.set(name, answer);
    }
    return answer;
  };

  return {
    known: () => [...answers].map(([name, interpreter]) => ({ name, interpreter })),
    async forProgram(program, requirementsId) {
      const shebang = readShebang(program);
      const name = shebang?.name ?? BY_EXTENSION[extname(program).toLowerCase()];
      if (name === undefined) {
        if (isExecutable(program)) return { command: [], readOnly: [], env: {}, leastMemoryMib: 0 };
        return {
          code: 'not_executable',
          message: `The program has no #! line, no known extension and no execute bit, so Osmia cannot tell how to start it.`,
        };
      }
      const own = isPython(name) && requirementsId !== undefined ? deps.environment?.(requirementsId) : undefined;
      if (own !== undefined) {
        const { python, readOnly, env } = own;
        return { command: [python, ...(shebang?.args ?? [])], readOnly, env, leastMemoryMib: 0 };
      }
      const found = await get(name);
      if ('code' in found) return found;
      const { readOnly, env, leastMemoryMib } = found;
      return { command: [found.path, ...(shebang?.args ?? [])], readOnly, env, leastMemoryMib };
    },
  };
}

/** `#!/usr/bin/env python3`, `#!/usr/bin/env -S python3 -u`, `#!/usr/bin/python3 -u`; Windows line ends too. */
export function readShebang(program: string): { name: string; args: string[] } | undefined {
  const head = Buffer.alloc(256);
  let length: number;
  try {
    const fd = openSync(program, 'r');
    try {
      length = readSync(fd, head, 0, head.length, 0);
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
  const line =
    head
      .toString('latin1', 0, length)
      .replace(/^\u00ef\u00bb\u00bf/, '')
      .split(/\r?\n/, 1)[0] ?? '';
  if (!line.startsWith('#!')) return undefined;
  let words = line.slice(2).trim().split(/\s+/);
  if (words[0] !== undefined && baseName(words[0]) === 'env') {
    words = words.slice(1);
    while (words[0]?.startsWith('-') === true || words[0]?.includes('=') === true) words = words.slice(1);
    return words[0] === undefined ? undefined : { name: words[0], args: words.slice(1) };
  }
  const [path, ...args] = words;
  if (path === undefined || path === '') return undefined;
  // A fixed path that is not there is looked for by its name: /usr/bin/python3 on a system that has it elsewhere.
  return { name: isExecutable(path) ? path : baseName(path), args };
}

const isPython = (name: string): boolean => /^python[\d.]*$/.test(baseName(name));

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
