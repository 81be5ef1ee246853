import { createHash } from 'node:crypto';
import { accessSync, constants, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, normalize, sep } from 'node:path';
import type { Reason } from '../../shared/contract/entities.ts';
import { type Cards, NO_CARDS } from './cards.ts';
import type { LoadedFlavor } from './flavor.ts';
import { type Descriptor, readDescriptor } from './read-descriptor.ts';
import { readRequirements, type Requirements } from './python/requirements.ts';
import { type OsmiaFacts, readOsmiaJson, UNKNOWN_FACTS } from './read-osmia-json.ts';

export interface Defect {
  source: string;
  /** Relative to the source's folder. */
  file: string;
  message: string;
  isFatal: boolean;
}

export interface ReadSource {
  flavors: LoadedFlavor[];
  defects: Defect[];
}

/** Bounds on a folder that somebody points us at by mistake. */
const MAX_FOLDERS = 5_000;
const MAX_FILES = 200;
const MAX_DESCRIPTOR_BYTES = 2 ** 20;
const MAX_REQUIREMENTS_BYTES = 64 * 1024;
const MAX_PROGRAM_BYTES = 64 * 2 ** 20;

/**
 * Reads a folder in Cortex's layout: each direct sub-folder, each `*.json` directly in it. One bad file is one line in
 * `defects` and never takes the others with it. `isOurs`: the folder that came with Osmia. `cards` says what is known of a
 * flavor whose folder has no card of its own.
 */
export function readSource(source: string, root: string, isOurs: boolean, cards: Cards = NO_CARDS): ReadSource {
  const flavors = new Map<string, LoadedFlavor>();
  const defects: Defect[] = [];
  for (const folder of listFolders(root)) {
    const path = join(root, folder);
    const facts = readFacts(source, root, folder, isOurs, defects);
    const requirements = readRequirementsOf(path);
    for (const file of listDescriptors(path)) {
      const shown = `${folder}/${file}`;
      const say = (message: string, isFatal: boolean): void =>
        void defects.push({ source, file: shown, message, isFatal });
      let entries: unknown[];
      try {
        entries = readEntries(join(path, file));
      } catch (error) {
        say(error instanceof Error ? error.message : String(error), true);
        continue;
      }
      for (const entry of entries) {
        let descriptor: Descriptor;
        try {
          descriptor = readDescriptor(entry);
        } catch (error) {
          say(error instanceof Error ? error.message : String(error), true);
          continue;
        }
        for (const defect of descriptor.defects) say(defect, false);
        const known = isOurs || facts.cardFrom === 'folder' ? undefined : cards.find(descriptor.name);
        // Ours need no execute bit: they are always started with Osmia's own Node.
        const sayOfProgram = (defect: string): void => (isOurs ? undefined : say(defect, false));
        const flavor = toFlavor(source, root, path, descriptor, { ...facts, ...known, requirements }, sayOfProgram);
        if (flavor.cannotRun !== null) say(flavor.cannotRun.message, false);
        if (flavors.has(flavor.id))
          say(`another file defines ${flavor.definitionId} already; this one is left out`, true);
        else flavors.set(flavor.id, flavor);
      }
    }
  }
  return { flavors: [...flavors.values()], defects };
}

function listFolders(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && isFolder(join(root, entry.name)))
    .map((entry) => entry.name)
    .sort()
    .slice(0, MAX_FOLDERS);
}

function listDescriptors(path: string): string[] {
  try {
    return readdirSync(path)
      .filter(
        (name) =>
          name.endsWith('.json') && name !== 'osmia.json' && name !== 'package.json' && name !== 'tsconfig.json',
      )
      .sort()
      .slice(0, MAX_FILES);
  } catch {
    return [];
  }
}

function readEntries(path: string): unknown[] {
  const stat = statSync(path);
  if (!stat.isFile()) throw new Error('it is not a file');
  if (stat.size > MAX_DESCRIPTOR_BYTES)
    throw new Error(`it has ${stat.size} bytes; a descriptor has at most ${MAX_DESCRIPTOR_BYTES}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`it is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : ''}`, { cause: error });
  }
  return Array.isArray(parsed) ? parsed.slice(0, 1_000) : [parsed];
}

function readFacts(source: string, root: string, folder: string, isOurs: boolean, defects: Defect[]): OsmiaFacts {
  let text: string;
  try {
    text = readFileSync(join(root, folder, 'osmia.json'), 'utf8');
  } catch {
    return UNKNOWN_FACTS;
  }
  try {
    return readOsmiaJson(text, isOurs);
  } catch (error) {
    const message = `it is not understood, so the worst is assumed: ${error instanceof Error ? error.message.slice(0, 200) : ''}`;
    defects.push({ source, file: `${folder}/osmia.json`, message, isFatal: false });
    return UNKNOWN_FACTS;
  }
}

function readRequirementsOf(path: string): Requirements | null {
  const file = join(path, 'requirements.txt');
  try {
    return statSync(file).size > MAX_REQUIREMENTS_BYTES ? null : readRequirements(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function toFlavor(
  source: string,
  root: string,
  folder: string,
  descriptor: Descriptor,
  facts: OsmiaFacts & Pick<LoadedFlavor, 'requirements'>,
  say: (defect: string) => void,
): LoadedFlavor {
  const { command, hasDockerImage, defects: _defects, ...own } = descriptor;
  const program = programOf(command);
  const found = resolveCommand(root, program, hasDockerImage);
  const isProgram = typeof found === 'string';
  if (isProgram && program !== command)
    say(`its command is the command line "${command.slice(0, 200)}"; Osmia takes the file it names`);
  if (isProgram && facts.runtime === 'process' && !hasExecuteBit(found))
    say(`its program ${program} has no execute bit; Osmia starts it with its interpreter all the same`);
  return {
    ...own,
    ...facts,
    id: `${source}/${descriptor.definitionId}`,
    source,
    folder,
    root,
    program: isProgram ? found : undefined,
    cannotRun: isProgram ? null : found,
    sha256: isProgram ? hashFile(found) : '',
  };
}

/** `python3 ClusterHawk/ClusterHawk.py` means the file; Cortex starts neither. */
const programOf = (command: string): string =>
  /^(?:\/usr\/bin\/(?:env )?)?python[\d.]* +([^\s-]\S*\.py)$/.exec(command.trim())?.[1] ?? command;

/** The program a descriptor names: a path from the analyzers root that stays inside it. No shell line, no arguments. */
function resolveCommand(root: string, command: string, hasDockerImage: boolean): string | Reason {
  const no = (message: string): Reason => ({ code: 'command', message });
  if (command === '') {
    return no(
      hasDockerImage ? 'It only comes as a container image, which Osmia does not run.' : 'It names no command.',
    );
  }
  if (/[\0-\x1f]/.test(command) || isAbsolute(command)) return no('Its command is not a path inside its source.');
  const path = join(root, normalize(command));
  if (!path.startsWith(`${root}${sep}`)) return no('Its command leads out of its source.');
  let real: string;
  try {
    real = realpathSync(path);
  } catch {
    return no(
      /\s/.test(command)
        ? `Its command "${command.slice(0, 200)}" is a command line; a descriptor names one file.`
        : `Its command ${command.slice(0, 200)} does not exist.`,
    );
  }
  if (!real.startsWith(`${realpathSync(root)}${sep}`)) return no('Its command is a link that leads out of its source.');
  if (!statSync(real).isFile()) return no(`Its command ${command.slice(0, 200)} is not a file.`);
  return path;
}

function hashFile(path: string): string {
  if (statSync(path).size > MAX_PROGRAM_BYTES) return '';
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function hasExecuteBit(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Windows has no such bit, and says that everything may be started.
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

/** A source's name from its folder: `Cortex-Analyzers/analyzers` is `Cortex-Analyzers`. */
export function sourceNameOf(path: string): string {
  const last = basename(path);
  const name = /^(analyzers|responders)$/i.test(last) ? basename(dirname(path)) : last;
  return name.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60) || 'source';
}
