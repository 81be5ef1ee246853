import type { z } from 'zod';
import type { Reason } from '../../../shared/contract/entities.ts';
import type { DoctorLine } from '../../../shared/contract/doctor.ts';
import type { KnownFlavor } from '../analyzers.service.ts';
import type { EffectiveConfig } from '../effective-config.ts';
import { looksSecret } from '../flavor.ts';
import type { EnvironmentStore } from '../python/environment-store.ts';
import type { ImportAnswer, ImportCheck } from './check-imports.ts';

export interface FlavorDoctor {
  /** One line a flavor: can it run now, and why not. `isOffline`: the engagement's switch, where one is asked about. */
  examine(
    flavors: readonly KnownFlavor[],
    options: { engagementId?: string | undefined; isOffline: boolean; isAgain: boolean },
  ): Promise<z.infer<typeof DoctorLine>[]>;
}

export function createFlavorDoctor(deps: {
  imports: ImportCheck;
  environments: EnvironmentStore;
  configOf(flavor: KnownFlavor, engagementId?: string): EffectiveConfig;
}): FlavorDoctor {
  return {
    async examine(flavors, { engagementId, isOffline, isAgain }) {
      if (isAgain) deps.imports.forget();
      const keyOf = (flavor: KnownFlavor): string => {
        const made = flavor.requirements === null ? undefined : deps.environments.find(flavor.requirements.id);
        return [flavor.program, flavor.sha256, flavor.start?.command[0], made?.createdAt].join('\0');
      };
      const programs = flavors.flatMap((flavor) =>
        isPython(flavor) && flavor.program !== undefined && flavor.start !== undefined
          ? [{ key: keyOf(flavor), program: flavor.program, root: flavor.root, start: flavor.start }]
          : [],
      );
      const answers = await deps.imports.ask(programs);
      return flavors.map((flavor) =>
        lineOf(flavor, deps.configOf(flavor, engagementId), answers.get(keyOf(flavor)), isOffline),
      );
    },
  };
}

const isPython = (flavor: KnownFlavor): boolean => /\/python[\d.]*$/.test(flavor.start?.command[0] ?? '');

/** Everything that keeps a flavor from running, the first thing to mend first. */
function lineOf(
  flavor: KnownFlavor,
  config: EffectiveConfig,
  imports: ImportAnswer | undefined,
  isOffline: boolean,
): z.infer<typeof DoctorLine> {
  const reasons: Reason[] = [];
  const notes: string[] = [];
  if (flavor.cannotRun !== null) reasons.push(flavor.cannotRun);
  if (imports !== undefined) {
    if (imports.syntax !== null)
      reasons.push({
        code: 'python_version',
        message: `${imports.syntax}: this Python does not understand it; it wants another version.`,
      });
    const needed = imports.missing.filter(({ isOptional }) => !isOptional).map(({ module }) => module);
    if (needed.length > 0) reasons.push(missingModules(flavor, needed));
    const optional = imports.missing.filter(({ isOptional }) => isOptional).map(({ module }) => module);
    if (optional.length > 0)
      notes.push(`Some of it may want ${list(optional)}, which ${optional.length === 1 ? 'is' : 'are'} missing.`);
  }
  if (imports === undefined && isPython(flavor)) notes.push('Which Python modules it needs could not be found out.');
  reasons.push(...missingSettings(flavor, config));
  if (flavor.requirements !== null && flavor.requirements.ignored.length > 0)
    notes.push(`Of its requirements.txt is left out: ${flavor.requirements.ignored.join('; ')}`);
  const [first] = reasons;
  if (first !== undefined) return { flavorId: flavor.id, state: 'cannot', line: first.message, reasons, notes };
  if (isOffline && !flavor.isLocal) {
    const reason = { code: 'offline', message: 'It needs a link, and the engagement is OFFLINE.' };
    return { flavorId: flavor.id, state: 'needs_link', line: reason.message, reasons: [reason], notes };
  }
  return { flavorId: flavor.id, state: 'ready', line: 'It can run.', reasons: [], notes };
}

function missingModules(flavor: KnownFlavor, modules: string[]): Reason {
  const what =
    modules.length === 1
      ? `The Python module ${modules[0]} is missing.`
      : `Python modules are missing: ${list(modules)}.`;
  return {
    code: 'module_missing',
    message:
      flavor.requirements !== null && flavor.requirements.lines.length > 0
        ? `${what} Make its environment.`
        : `${what} It has no requirements.txt, so install ${modules.length === 1 ? 'it' : 'them'} for the Python of this machine.`,
  };
}

function missingSettings(flavor: KnownFlavor, config: EffectiveConfig): Reason[] {
  const reasons: Reason[] = config.unreadable.map(({ name, problem }) => ({
    code: 'secret_unreadable',
    message: `The secret ${name} cannot be read. ${problem}`,
  }));
  const missing = config.missing.filter((name) => !config.unreadable.some((one) => one.name === name));
  const plain = missing.filter((name) => !looksSecret(name));
  const secret = missing.filter((name) => looksSecret(name));
  if (secret.length > 0)
    reasons.push({
      code: 'secret_missing',
      message: `${secret.length === 1 ? 'A secret is' : 'Secrets are'} not set: ${list(secret)}.`,
    });
  if (plain.length > 0)
    reasons.push({
      code: 'setting_missing',
      message: `${plain.length === 1 ? 'A setting has' : 'Settings have'} no value: ${list(plain)}.`,
    });
  // Keys that are declared optional, or have an empty default, pass the descriptor's own check.
  const keys = flavor.items.filter(({ name }) => looksSecret(name));
  if (
    flavor.key === 'needed' &&
    reasons.length === 0 &&
    keys.length > 0 &&
    keys.every(({ name }) => isEmpty(config.config[name]))
  )
    reasons.push({
      code: 'secret_missing',
      message: `The service wants an account, and none of these is set: ${list(keys.map(({ name }) => name))}.`,
    });
  return reasons;
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** At most six names, so that a line stays one. */
const list = (names: readonly string[]): string =>
  names.length <= 6 ? names.join(', ') : `${names.slice(0, 6).join(', ')} and ${names.length - 6} more`;
