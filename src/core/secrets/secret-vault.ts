import { existsSync, renameSync } from 'node:fs';
import { v7 as uuidv7 } from 'uuid';
import type { SecretFacts, SecretPlace } from '../../shared/contract/secrets.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock, Logger, SecretStore } from '../ports.ts';
import { createTextMatcher } from './text-matcher.ts';
import { formsOf } from './secret-forms.ts';
import { lastFourOf, packSecret, passwordOf, type SecretValue, secretTexts, unpackSecret } from './secret-value.ts';
import type { SecretRow, SecretsRepo } from './secrets.repo.ts';
import { readVaultFile, writeVaultFile } from './vault-file.ts';

/** Where the secrets of an open workspace are kept; lent by the host and the workspace. */
export interface SecretKeeping {
  keychain: SecretStore;
  /** Of this workspace; part of the names in the keychain. */
  workspaceId: string;
  /** The vault's file and key; the key is asked for at each use and not kept. */
  vaultPath: string;
  vaultKey(): Uint8Array;
  /** It ends with this process: nothing of it goes into a keychain. */
  isTemporary: boolean;
}

/** The secrets of one open workspace. Values leave it for a run's input and for redaction only. */
export interface SecretVault {
  /**
   * Reads every secret, and clears up what a crash left. Resolves within 5 s: what a keychain did not give by then
   * cannot be read, and says so. Never rejects.
   */
  load(): Promise<void>;
  /** Undefined where it is not there or cannot be read now. */
  value(id: string): SecretValue | undefined;
  /** `not_found`. */
  facts(id: string): SecretFacts;
  ids(): string[];
  /** Whether any value is known now. */
  hasValues(): boolean;
  places(): Promise<{ place: SecretPlace; isUsable: boolean; reason: string }[]>;
  /** Where the next one goes when nothing else is said. */
  preferred(): Promise<SecretPlace>;
  /** Resolves when it is on disk (or in the keychain, and was read back). `secret.no_place` where it cannot be kept there. */
  add(value: SecretValue, place?: SecretPlace): Promise<string>;
  replace(id: string, value: SecretValue): Promise<SecretFacts>;
  move(id: string, place: SecretPlace): Promise<SecretFacts>;
  /** Reads it from its place, not from memory. */
  check(id: string): Promise<SecretFacts>;
  /** No setting may name it any more. */
  remove(id: string): Promise<void>;
  recordTest(id: string, result: 'accepted' | 'failed', message: string): void;
  /** Ids of the secrets that stand in a text, in any common encoding. */
  findIn(text: string): string[];
  /** The same for a text that comes in pieces; a secret may be cut anywhere. */
  startScan(): { feed(piece: string): void; found(): string[] };
  /** Forgets every value. */
  close(): void;
}

/** For everything that a start asks of a keychain, in milliseconds. */
const LOAD_MS = 5_000;
/** One that does not answer takes five seconds to say so: it is not asked at each look at the list. */
const PROBE_KEPT_MS = 60_000;
const NOT_THERE = 'It is not in the keychain any more. Enter it again.';
const WAS_IN_MEMORY = 'It was kept in memory only and went with the lock. Enter it again.';
const NOT_IN_VAULT = 'It is not in the vault file. Enter it again, or restore a backup.';
const NOT_ASKED = 'The keychain did not answer in time. Try again.';

export function createSecretVault(deps: {
  repo: SecretsRepo;
  keeping: SecretKeeping;
  /** Where the user wants new ones to go, if that was said. */
  wanted(): SecretPlace | undefined;
  clock: Clock;
  logger: Logger;
}): SecretVault {
  const { repo, keeping, clock, logger } = deps;
  const { keychain, vaultPath } = keeping;
  const values = new Map<string, SecretValue>();
  const problems = new Map<string, string>();
  let isClosed = false;
  let probed: { answer: Promise<{ isUsable: boolean; reason: string }>; at: number } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** One change at a time: the vault file is written as a whole. */
  const serially = <T>(change: () => Promise<T>): Promise<T> => {
    const done = last.then(change, change);
    last = done.catch(() => undefined);
    return done;
  };

  const newAccount = (): string => `osmia-secret:${keeping.workspaceId}:${uuidv7()}`;

  const probe = async (): Promise<{ isUsable: boolean; reason: string }> => {
    if (keeping.isTemporary)
      return { isUsable: false, reason: 'A temporary workspace leaves nothing in the keychain.' };
    const now = clock.monotonic();
    if (probed === undefined || now - probed.at > PROBE_KEPT_MS) probed = { answer: keychain.probe(), at: now };
    const { isUsable, reason } = await probed.answer;
    return { isUsable, reason };
  };

  const row = (id: string): SecretRow => {
    const found = repo.find(id);
    if (found === undefined) throw new AppError('not_found', 'There is no such secret any more.');
    return found;
  };

  /** Entries of the vault file that the database knows, and what is to be changed. */
  const changeVault = (change: (entries: Map<string, string>) => void): void => {
    let entries: Map<string, string>;
    try {
      entries = readVaultFile(vaultPath, keeping.vaultKey());
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // Kept for whoever can mend it; what was in it has to be entered again.
      renameSync(vaultPath, `${vaultPath}.damaged`);
      logger.error('the vault file is damaged and was put aside');
      entries = new Map();
    }
    const known = new Set(repo.all().map(({ account }) => account));
    for (const account of entries.keys()) if (!known.has(account)) entries.delete(account);
    change(entries);
    writeVaultFile(vaultPath, keeping.vaultKey(), entries);
  };

  /** Puts it into a place and makes sure that it is there. */
  const store = async (place: SecretPlace, account: string, value: SecretValue): Promise<void> => {
    const text = packSecret(value);
    switch (place) {
      case 'memory':
        return;
      case 'vault':
        return changeVault((entries) => entries.set(account, text));
      case 'keychain': {
        const { isUsable, reason } = await probe();
        if (!isUsable) throw new AppError('secret.no_place', reason);
        await keychain.set(account, text);
        if ((await keychain.get(account)) !== text) {
          throw new AppError('secret.no_place', 'The keychain did not keep it; it may be too long. Choose the vault.');
        }
      }
    }
  };

  /** Empties an account, or notes that it is still to be done. */
  const discard = async (place: SecretPlace, account: string): Promise<void> => {
    if (place === 'memory') return;
    try {
      if (place === 'vault') {
        if (existsSync(vaultPath)) changeVault((entries) => entries.delete(account));
      } else await keychain.delete(account);
      repo.removeLeftover(account);
    } catch (error) {
      repo.addLeftover({ account, place });
      logger.warn('a secret that is not needed any more could not be removed yet', {
        place,
        reason: error instanceof AppError ? error.message : 'unknown',
      });
    }
  };

  const take = (id: string, text: string | undefined, otherwise: string): void => {
    const value = text === undefined ? undefined : unpackSecret(text);
    if (value === undefined) {
      values.delete(id);
      problems.set(id, text === undefined ? otherwise : 'What is stored under its name is something else.');
    } else {
      values.set(id, value);
      problems.delete(id);
    }
  };

  const readVault = (rows: readonly SecretRow[]): void => {
    if (rows.length === 0) return;
    try {
      const entries = readVaultFile(vaultPath, keeping.vaultKey());
      for (const { id, account } of rows) take(id, entries.get(account), NOT_IN_VAULT);
    } catch (error) {
      logger.error('the vault file cannot be read');
      const why = error instanceof AppError ? error.message : 'The vault file cannot be read.';
      for (const { id } of rows) problems.set(id, `${why} Restore a backup, or enter it again.`);
    }
  };

  const readKeychain = async (rows: readonly SecretRow[], isOver: () => boolean): Promise<void> => {
    for (const { id } of rows) problems.set(id, NOT_ASKED);
    for (const [index, { id, account }] of rows.entries()) {
      if (isOver()) return;
      try {
        const text = await keychain.get(account);
        if (!isOver()) take(id, text, NOT_THERE);
      } catch (error) {
        const why = error instanceof AppError ? error.message : 'The keychain cannot be used.';
        // One that does not answer is not asked again for each.
        for (const rest of rows.slice(index)) problems.set(rest.id, why);
        return;
      }
    }
  };

  const within = async (ms: number, work: (isOver: () => boolean) => Promise<void>): Promise<void> => {
    let isOver = false;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([work(() => isOver || isClosed), limit]);
    isOver = true;
    clearTimeout(timer);
  };

  const factsOf = (found: SecretRow): SecretFacts => {
    const value = values.get(found.id);
    return {
      id: found.id,
      place: found.place,
      lastFour: value === undefined ? null : lastFourOf(value),
      isReadable: value !== undefined,
      problem: value === undefined ? (problems.get(found.id) ?? NOT_ASKED) : '',
      setAt: found.set_at,
      testedAt: found.tested_at,
      testResult: found.test_result,
      testMessage: found.test_message,
    };
  };

  const preferred = async (): Promise<SecretPlace> => {
    const said = deps.wanted();
    if (said !== undefined && !(keeping.isTemporary && said === 'keychain')) return said;
    if (keeping.isTemporary) return 'memory';
    return (await probe()).isUsable ? 'keychain' : 'vault';
  };

  /** A value under a new account; the row points to it when it is safe, and the old account is emptied after that. */
  const rehome = async (
    id: string,
    place: SecretPlace,
    value: SecretValue,
    isNewValue: boolean,
  ): Promise<SecretFacts> => {
    const old = row(id);
    const account = newAccount();
    // Known before it is stored: what a crash leaves is found, and the vault keeps only accounts that are known.
    const interim = uuidv7();
    repo.insert({ id: interim, place, account, setAt: clock.now() });
    try {
      await store(place, account, value);
    } catch (error) {
      repo.remove(interim);
      await discard(place, account);
      throw error;
    }
    repo.rehome(id, { interimId: interim, setAt: isNewValue ? clock.now() : old.set_at, isNewValue });
    values.set(id, value);
    problems.delete(id);
    await discard(old.place, old.account);
    return factsOf(row(id));
  };

  const readAgain = async (found: SecretRow): Promise<void> => {
    if (found.place === 'vault') readVault([found]);
    else if (found.place === 'keychain') await within(LOAD_MS, (isOver) => readKeychain([found], isOver));
  };

  const startScan = (): { feed(piece: string): void; found(): string[] } => {
    const ids = [...values.keys()];
    const words = ids.flatMap((id, owner) =>
      secretTexts(values.get(id) ?? [])
        // Of an address with a password in it, the password alone as well.
        .flatMap((secret) => [secret, passwordOf(secret) ?? ''])
        .flatMap((secret) => formsOf(secret).map((text) => ({ text, owner }))),
    );
    const search = createTextMatcher(words).search();
    return { feed: search.feed, found: () => [...search.owners()].map((owner) => ids[owner]!) };
  };

  return {
    load: () =>
      serially(async () => {
        probed = undefined;
        for (const { id, is_stored: isStored } of repo.all()) if (isStored === 0) repo.remove(id);
        const rows = repo.all();
        readVault(rows.filter(({ place }) => place === 'vault'));
        for (const { id, place } of rows) if (place === 'memory' && !values.has(id)) problems.set(id, WAS_IN_MEMORY);
        const inKeychain = rows.filter(({ place }) => place === 'keychain');
        const leftovers = repo.leftovers();
        if (inKeychain.length === 0 && leftovers.length === 0) return;
        await within(LOAD_MS, async (isOver) => {
          await readKeychain(inKeychain, isOver);
          const isBroken = inKeychain.length > 0 && !inKeychain.some(({ id }) => values.has(id));
          for (const { place, account } of leftovers) {
            if (isOver() || (place === 'keychain' && isBroken)) continue;
            await discard(place, account);
          }
        });
      }),
    value: (id) => values.get(id),
    facts: (id) => factsOf(row(id)),
    ids: () => repo.all().map(({ id }) => id),
    hasValues: () => values.size > 0,
    async places() {
      const { isUsable, reason } = await probe();
      const left = repo.leftovers().filter(({ place }) => place === 'keychain').length;
      const note =
        left === 0
          ? ''
          : ` ${left} deleted ${left === 1 ? 'secret is' : 'secrets are'} still in it; removed when it can be used.`;
      return [
        { place: 'keychain', isUsable, reason: `${reason}${note}`.trim() },
        { place: 'vault', isUsable: true, reason: '' },
        { place: 'memory', isUsable: true, reason: '' },
      ];
    },
    preferred,
    add: (value, place) =>
      serially(async () => {
        const where = place ?? (await preferred());
        const id = uuidv7();
        const account = newAccount();
        repo.insert({ id, place: where, account, setAt: clock.now() });
        try {
          await store(where, account, value);
        } catch (error) {
          repo.remove(id);
          await discard(where, account);
          throw error;
        }
        repo.markStored(id);
        values.set(id, value);
        return id;
      }),
    replace: (id, value) => serially(() => rehome(id, row(id).place, value, true)),
    move: (id, place) =>
      serially(async () => {
        const found = row(id);
        const value = values.get(id);
        if (value === undefined) throw new AppError('secret.unreadable', factsOf(found).problem);
        return found.place === place ? factsOf(found) : rehome(id, place, value, false);
      }),
    check: (id) =>
      serially(async () => {
        await readAgain(row(id));
        return factsOf(row(id));
      }),
    remove: (id) =>
      serially(async () => {
        const { place, account } = row(id);
        repo.remove(id);
        values.delete(id);
        problems.delete(id);
        await discard(place, account);
      }),
    recordTest: (id, result, message) => repo.recordTest(id, result, message.slice(0, 500), clock.now()),
    findIn(text) {
      const scan = startScan();
      scan.feed(text);
      return scan.found();
    },
    startScan,
    close() {
      isClosed = true;
      values.clear();
    },
  };
}
