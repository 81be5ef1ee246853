import type { z } from 'zod';
import type { Reason } from '../../../shared/contract/entities.ts';
import type { environmentsContract, PythonEnvironment } from '../../../shared/contract/environments.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Broker } from '../../engine/broker/broker-client.ts';
import type { Sandbox } from '../../engine/sandbox/sandbox.ts';
import type { Clock, Logger } from '../../ports.ts';
import type { LoadedFlavor } from '../flavor.ts';
import type { Python } from './ask-python.ts';
import { buildEnvironment } from './build-environment.ts';
import { type EnvironmentStore, hasWheels, type StoredEnvironment } from './environment-store.ts';
import type { EnvironmentsRepo } from './environments.repo.ts';
import { type PipSource, pipSource } from './pip-settings.ts';
import { findPythons, type FoundPython } from './pythons.ts';

type Plan = z.infer<(typeof environmentsContract)['environments.plan']['output']>;

export interface Choice {
  id: string;
  /** Path of one of the machine's Pythons; by default the one `python3` means. */
  python?: string | undefined;
  /** Address of another package index, for this once. */
  index?: string | undefined;
}

export interface Environments {
  list(): PythonEnvironment[];
  get(id: string): PythonEnvironment;
  pythons(): Promise<FoundPython[]>;
  /** Errors: `not_found`, `invalid_input`, `unavailable` (no Python that can). Sends nothing. */
  plan(choice: Choice): Promise<Plan>;
  /** Begins to make it; errors as of `plan`. Making one that is being made already changes nothing. */
  make(choice: Choice): Promise<PythonEnvironment>;
  /** Resolves when nothing is being done with it. */
  wait(id: string, signal: AbortSignal): Promise<PythonEnvironment>;
  cancel(id: string): Promise<void>;
  /** `conflict` while it is being made. */
  remove(id: string): Promise<void>;
  close(): Promise<void>;
}

interface Making {
  step: string;
  abort: AbortController;
  done: Promise<void>;
}

export function createEnvironments(deps: {
  broker: Broker;
  sandbox: Sandbox;
  store: EnvironmentStore;
  repo: EnvironmentsRepo;
  flavors(): readonly LoadedFlavor[];
  /** Told when an environment came or went: flavors start another way now. */
  onChange(): Promise<void>;
  /** Told when there is something new to show of one. */
  onStep(id: string): void;
  clock: Clock;
  logger: Logger;
  searchPath: string;
  /** Where the user's pip settings and proxies are looked for. */
  environment: Record<string, string | undefined>;
}): Environments {
  const { broker, store, clock, logger } = deps;
  const making = new Map<string, Making>();
  const failures = new Map<string, Reason>();
  let found: Promise<FoundPython[]> | undefined;
  store.sweep();

  const pythons = (): Promise<FoundPython[]> => (found ??= findPythons(broker, deps.searchPath));

  const asked = (): Map<string, { lines: string[]; ignored: string[]; hosts: string[]; flavorIds: string[] }> => {
    const all = new Map<string, { lines: string[]; ignored: string[]; hosts: string[]; flavorIds: string[] }>();
    for (const { id, requirements } of deps.flavors()) {
      if (requirements === null) continue;
      const known = all.get(requirements.id);
      if (known === undefined) all.set(requirements.id, { ...requirements, flavorIds: [id] });
      else known.flavorIds.push(id);
    }
    return all;
  };

  const show = (
    id: string,
    wanted: { lines: string[]; ignored: string[]; flavorIds: string[] } | undefined,
    stored: StoredEnvironment | undefined,
  ): PythonEnvironment => {
    const now = making.get(id);
    const isUsable = stored !== undefined && store.startOf(id) !== undefined;
    return {
      id,
      state: now !== undefined ? 'making' : stored === undefined ? 'none' : isUsable ? 'ready' : 'broken',
      requirements: wanted?.lines ?? stored?.requirements ?? [],
      ignored: wanted?.ignored ?? [],
      flavorIds: wanted?.flavorIds ?? [],
      python: stored === undefined ? null : { path: stored.python.path, version: stored.python.version },
      packages: stored?.packages ?? [],
      hosts: stored?.hosts ?? [],
      bytes: stored?.bytes ?? 0,
      createdAt: stored?.createdAt ?? null,
      step: now?.step ?? null,
      failure: failures.get(id) ?? null,
    };
  };

  const get = (id: string): PythonEnvironment => {
    const wanted = asked().get(id);
    const stored = store.find(id);
    if (wanted === undefined && stored === undefined && !making.has(id))
      throw new AppError('not_found', 'No analyzer asks for this environment, and there is none.');
    return show(id, wanted, stored);
  };

  const choosePython = async (path: string | undefined): Promise<Python & { pip: string }> => {
    const all = await pythons();
    const chosen =
      path === undefined ? (all.find(({ cannot }) => cannot === null) ?? all[0]) : all.find((one) => one.path === path);
    if (chosen === undefined) {
      throw path === undefined
        ? new AppError('unavailable', 'There is no Python 3 on this machine. Install one, then try again.')
        : new AppError('invalid_input', 'This Python is not among those that were found.');
    }
    const { pip, cannot } = chosen;
    if (cannot !== null || pip === undefined) throw new AppError('unavailable', cannot?.message ?? 'It has no pip.');
    return { ...chosen, pip };
  };

  /** Everything that has to be known before anything is sent. */
  const prepare = async (
    choice: Choice,
  ): Promise<{ plan: Plan; python: Python & { pip: string }; source: PipSource | undefined }> => {
    const wanted = asked().get(choice.id);
    const stored = store.find(choice.id);
    const lines = wanted?.lines ?? stored?.requirements;
    if (lines === undefined)
      throw new AppError('not_found', 'No analyzer asks for this environment, and there is none.');
    if (lines.length === 0) throw new AppError('invalid_input', 'Its requirements.txt asks for nothing.');
    if (choice.index !== undefined && !isIndexAddress(choice.index))
      throw new AppError('invalid_input', 'A package index has an https address (http only on this machine).');
    const python = await choosePython(choice.python);
    const base = {
      python: { path: python.path, version: python.version },
      requirements: lines,
      ignored: wanted?.ignored ?? [],
    };
    const canReuse =
      stored !== undefined &&
      choice.index === undefined &&
      sameMinor(stored.python.version, python.version) &&
      hasWheels(store.folderOf(choice.id));
    if (canReuse) return { plan: { ...base, hosts: [], needsLink: false }, python, source: undefined };
    const source = await pipSource(broker, python, {
      searchPath: deps.searchPath,
      environment: deps.environment,
      index: choice.index,
    });
    const hosts = [...new Set([...source.hosts, ...(wanted?.hosts ?? [])])];
    return { plan: { ...base, hosts, needsLink: hosts.length > 0 }, python, source };
  };

  return {
    list() {
      const wanted = asked();
      const stored = new Map(store.list().map((one) => [one.id, one]));
      return [...new Set([...wanted.keys(), ...stored.keys()])].map((id) => show(id, wanted.get(id), stored.get(id)));
    },
    get,
    pythons,
    plan: async (choice) => (await prepare(choice)).plan,
    async make(choice) {
      const { id } = choice;
      if (making.has(id)) return get(id);
      const abort = new AbortController();
      const { promise, resolve } = Promise.withResolvers<void>();
      const state: Making = { step: 'Looking for Python', abort, done: promise };
      // Claimed before anything is awaited, so that two clients do not build the same.
      making.set(id, state);
      let prepared: Awaited<ReturnType<typeof prepare>>;
      try {
        prepared = await prepare(choice);
      } catch (error) {
        making.delete(id);
        resolve();
        throw error;
      }
      failures.delete(id);
      const { plan, python, source } = prepared;
      if (plan.needsLink) {
        const at = clock.now();
        deps.repo.recordFetch({ id, requirements: plan.requirements, hosts: plan.hosts, at, zone: clock.zone() });
      }
      const onStep = (step: string): void => {
        state.step = step;
        deps.onStep(id);
      };
      void buildEnvironment(
        deps,
        {
          id,
          requirements: plan.requirements,
          python,
          source: source && { ...source, hosts: plan.hosts },
          now: clock.now(),
        },
        onStep,
        abort.signal,
      )
        .catch((error: unknown): Reason => {
          logger.error('an environment could not be made', { error: String(error) });
          return { code: 'internal', message: 'Osmia itself failed while making it; its log says how.' };
        })
        .then(async (result) => {
          if ('code' in result) failures.set(id, result);
          await deps.onChange();
        })
        .finally(() => {
          making.delete(id);
          deps.onStep(id);
          resolve();
        });
      return get(id);
    },
    async wait(id, signal) {
      const { promise, reject } = Promise.withResolvers<never>();
      const onAbort = (): void => reject(new AppError('cancelled', 'The wait was ended; the making goes on.'));
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        await Promise.race([making.get(id)?.done, promise]);
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
      return get(id);
    },
    async cancel(id) {
      const state = making.get(id);
      state?.abort.abort();
      await state?.done;
    },
    async remove(id) {
      if (making.has(id)) throw new AppError('conflict', 'It is being made. Cancel that first.');
      get(id);
      store.remove(id);
      failures.delete(id);
      await deps.onChange();
      deps.onStep(id);
    },
    async close() {
      const states = [...making.values()];
      for (const { abort } of states) abort.abort();
      await Promise.all(states.map(({ done }) => done));
    },
  };
}

/** Packages that were built for one minor version do not fit another. */
const sameMinor = (a: string, b: string): boolean =>
  a.split('.').slice(0, 2).join('.') === b.split('.').slice(0, 2).join('.');

function isIndexAddress(address: string): boolean {
  const url = new URL(address);
  return (
    url.protocol === 'https:' || (url.protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname))
  );
}
