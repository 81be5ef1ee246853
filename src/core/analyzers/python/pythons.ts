import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Reason } from '../../../shared/contract/entities.ts';
import type { Broker } from '../../engine/broker/broker-client.ts';
import { askPython, type Python } from './ask-python.ts';
import { isExecutable } from '../is-executable.ts';

export interface FoundPython extends Python {
  /** Why it cannot make environments; null is "it can". */
  cannot: Reason | null;
}

/** Beyond the PATH, where version managers and packages put them. */
const ALSO = ['/usr/local/bin', '/usr/bin', '/opt/homebrew/bin'];
const NAME = /^python3(\.\d{1,2})?$/;
const MAX = 16;

/** The Pythons of this machine: the one that `python3` means first, then the newest first; each real executable once. */
export async function findPythons(broker: Broker, searchPath: string): Promise<FoundPython[]> {
  const folders = [...searchPath.split(delimiter).filter((folder) => isAbsolute(folder)), ...ALSO, ...pyenvFolders()];
  const candidates: string[] = [];
  for (const folder of new Set(folders)) {
    for (const name of list(folder)) {
      const path = join(folder, name);
      if (NAME.test(name) && isExecutable(path) && !candidates.includes(path)) candidates.push(path);
    }
  }
  const answers = await Promise.all(candidates.slice(0, MAX * 2).map((path) => askPython(broker, path, searchPath)));
  const found = new Map<string, FoundPython>();
  for (const answer of answers) {
    if ('code' in answer || found.has(answer.path)) continue;
    found.set(answer.path, { ...answer, cannot: cannotMake(answer) });
  }
  const [first, ...others] = found.values();
  if (first === undefined) return [];
  others.sort((a, b) => numberOf(b.version) - numberOf(a.version));
  return [first, ...others].slice(0, MAX);
}

/** Why a Python cannot make environments. */
export function cannotMake(python: Python): Reason | null {
  if (process.platform === 'win32')
    return { code: 'platform', message: 'Osmia makes environments on Linux and macOS; not on Windows yet.' };
  if (!python.hasVenv)
    return {
      code: 'no_venv',
      message: `Python ${python.version} has no venv module (on Debian: the package python3-venv).`,
    };
  if (python.pip === undefined)
    return {
      code: 'no_pip',
      message: `Python ${python.version} has no pip (on Debian: the package python3-pip or python3-venv).`,
    };
  return null;
}

function pyenvFolders(): string[] {
  const versions = join(homedir(), '.pyenv', 'versions');
  return list(versions).map((name) => join(versions, name, 'bin'));
}

/** 3.12.1 as 3012, to order by. */
const numberOf = (version: string): number => {
  const [major = '0', minor = '0'] = version.split('.');
  return Number(major) * 1_000 + Number.parseInt(minor, 10);
};

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
