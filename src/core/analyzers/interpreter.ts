import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, extname, isAbsolute, join, sep } from 'node:path';
import type { Reason } from '../../shared/contract/entities.ts';
import type { Broker } from '../engine/broker/broker-client.ts';

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
  /** How to start an existing file, or why that cannot be. */
  forProgram(program: string): Promise<Start | Reason>;
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

const ASK_PYTHON = `import json,site,sys
print(json.dumps({"executable":sys.executable,"version":sys.version.split()[0],"prefixes":[sys.prefix,sys.base_prefix,sys.exec_prefix],"userBase":site.getuserbase(),"userSite":site.getusersitepackages() if site.ENABLE_USER_SITE else None}))`;

export function createInterpreters(deps: { broker: Broker; nodePath: string; path: string }): Interpreters {
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
    if (!/^python[\d.]*$/.test(baseName(name))) {
      return { path: realpathSync(path), version: '', readOnly: [realpathSync(path)], env: {}, leastMemoryMib: 0 };
    }
    return askPython(deps.broker, path, deps.path);
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
    async forProgram(program) {
      const shebang = readShebang(program);
      const name = shebang?.name ?? BY_EXTENSION[extname(program).toLowerCase()];
      if (name === undefined) {
        if (isExecutable(program)) return { command: [], readOnly: [], env: {}, leastMemoryMib: 0 };
        return {
          code: 'not_executable',
          message: `The program has no #! line, no known extension and no execute bit, so Osmia cannot tell how to start it.`,
        };
      }
      const found = await get(name);
      if ('code' in found) return found;
      const { readOnly, env, leastMemoryMib } = found;
      return { command: [found.path, ...(shebang?.args ?? [])], readOnly, env, leastMemoryMib };
    },
  };
}

async function askPython(broker: Broker, path: string, searchPath: string): Promise<Interpreter | Reason> {
  const { ended } = await broker.startOwn({
    file: path,
    // Shims read their configuration from the home folder.
    args: ['-c', ASK_PYTHON],
    env: { PATH: searchPath, HOME: homedir(), LANG: 'C.UTF-8' },
    cwd: '/',
    hasStdin: false,
    isStreamed: false,
    outputCap: 65_536,
    wallMs: 10_000,
    graceMs: 0,
    isNamespace: false,
  }).ended;
  try {
    const said = JSON.parse(ended.stdout) as {
      executable: string;
      version: string;
      prefixes: string[];
      userBase: string;
      userSite: string | null;
    };
    // Packages the user installed for themselves; never the whole of ~/.local, which holds keyrings too.
    const userSite = said.userSite !== null && isFolder(said.userSite) ? said.userSite : undefined;
    const folders = [
      ...said.prefixes,
      dirname(realpathSync(said.executable)),
      ...(userSite === undefined ? [] : [userSite]),
    ];
    return {
      path: said.executable,
      version: said.version,
      readOnly: [...new Set(folders)].filter(isNarrow),
      env: userSite === undefined ? {} : { PYTHONUSERBASE: said.userBase },
      leastMemoryMib: 0,
    };
  } catch {
    const said = ended.stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
    return { code: 'interpreter_broken', message: `${path} does not run: ${said || ended.message || ended.cause}.` };
  }
}

/** /usr is there anyway; and nothing may show a whole home folder or the whole disk to an analyzer. */
function isNarrow(folder: string): boolean {
  if (folder === '/usr' || folder.startsWith('/usr/')) return false;
  const home = homedir();
  return folder !== '/' && folder !== home && !home.startsWith(`${folder}${sep}`);
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

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
