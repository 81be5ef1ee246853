import { randomBytes, scrypt } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { v4 } from 'uuid';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { replacePrivateFile } from './durable.ts';
import { KEY_BYTES, unwrapKey, wrapKey } from './key-wrap.ts';
import { keyCheck } from './keys.ts';
import { layout } from './layout.ts';
import { newRecoveryKey, recoveryWrappingKey } from './recovery-key.ts';

const Hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
const Wrapped = Hex(60);

/** Bounded, so that a file changed by somebody else cannot make the next unlock eat the machine. */
const Scrypt = z.object({
  name: z.literal('scrypt'),
  n: z.union([z.literal(2 ** 15), z.literal(2 ** 16), z.literal(2 ** 17), z.literal(2 ** 18), z.literal(2 ** 19)]),
  r: z.number().int().min(8).max(16),
  p: z.number().int().min(1).max(4),
  salt: Hex(16),
});

const KeyFile = z.object({
  format: z.literal('osmia-keys'),
  version: z.literal(1),
  id: z.uuid(),
  /** False until the database was made: only then may opening create it. */
  isComplete: z.boolean(),
  /** Tells the right master key from a wrong one. */
  check: Hex(16),
  /** The account in the OS keychain that holds the master key, or null. */
  keychainAccount: z.string().min(1).max(200).nullable(),
  passphrase: z.object({ kdf: Scrypt, wrapped: Wrapped }).nullable(),
  recovery: z.object({ wrapped: Wrapped }).nullable(),
});

/** What `keys.json` holds: the master key's wraps and where else it lies. Never a key in clear. */
export type KeyFile = z.infer<typeof KeyFile>;

/** 128 MiB and about a third of a second a guess. */
const SCRYPT = { n: 2 ** 17, r: 8, p: 1 } as const;
const MAX_FILE_BYTES = 64 * 1024;

export function newKeyFile(master: Buffer): KeyFile {
  return {
    format: 'osmia-keys',
    version: 1,
    id: v4(),
    isComplete: false,
    check: keyCheck(master),
    keychainAccount: null,
    passphrase: null,
    recovery: null,
  };
}

/** Undefined where there is none. `workspace.damaged` where it cannot be understood, `workspace.newer_version`. */
export function readKeyFile(dir: string): KeyFile | undefined {
  const path = layout.keys(dir);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return parseKeyFile(text);
}

function parseKeyFile(text: string): KeyFile {
  const json = text.length <= MAX_FILE_BYTES ? parseJson(text) : undefined;
  const parsed = KeyFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const version = (json as { version?: unknown } | null | undefined)?.version;
  if (typeof version === 'number' && version > 1) {
    throw new AppError('workspace.newer_version', 'This workspace belongs to a newer Osmia. Update Osmia to open it.');
  }
  throw new AppError(
    'workspace.damaged',
    'keys.json of this workspace is damaged, and without it nothing opens the workspace. Restore it from a backup: osmia restore.',
  );
}

/** Removes what a crash between writing and naming left; only under the workspace lock. */
export function sweepKeyFiles(dir: string): void {
  for (const name of readdirSync(dir)) {
    if (name.startsWith('keys.json.') && name.endsWith('.tmp')) rmSync(join(dir, name), { force: true });
  }
}

/** Replaces the file at once or not at all; on disk when it returns. */
export function writeKeyFile(dir: string, file: KeyFile): void {
  replacePrivateFile(layout.keys(dir), `${JSON.stringify(file, null, 2)}\n`);
}

/** The file with the master key wrapped by a passphrase (replacing an earlier one). */
export async function withPassphrase(file: KeyFile, master: Buffer, passphrase: string): Promise<KeyFile> {
  const kdf = { name: 'scrypt', ...SCRYPT, salt: randomBytes(16).toString('hex') } as const;
  const key = await passphraseKey(passphrase, kdf);
  const wrapped = wrapKey(key, master, wrapContext(file, 'passphrase')).toString('hex');
  key.fill(0);
  return { ...file, passphrase: { kdf, wrapped } };
}

/** The file with the master key wrapped by a new recovery key (replacing an earlier one), and that key, to be shown once. */
export function withRecoveryKey(file: KeyFile, master: Buffer): { file: KeyFile; recoveryKey: string } {
  const recoveryKey = newRecoveryKey();
  const key = recoveryWrappingKey(recoveryKey);
  const wrapped = wrapKey(key, master, wrapContext(file, 'recovery')).toString('hex');
  key.fill(0);
  return { file: { ...file, recovery: { wrapped } }, recoveryKey };
}

/** Errors: `workspace.wrong_key`, also where no passphrase is set. */
export async function masterFromPassphrase(file: KeyFile, passphrase: string): Promise<Buffer> {
  if (!file.passphrase) throw new AppError('workspace.wrong_key', 'No passphrase is set for this workspace.');
  const key = await passphraseKey(passphrase, file.passphrase.kdf);
  return unwrapMaster(file, key, file.passphrase.wrapped, 'passphrase', 'The passphrase is not the right one.');
}

/** Errors: `workspace.wrong_key`, also where there is no recovery key. */
export function masterFromRecoveryKey(file: KeyFile, recoveryKey: string): Buffer {
  if (!file.recovery) throw new AppError('workspace.wrong_key', 'No recovery key was issued for this workspace.');
  const key = recoveryWrappingKey(recoveryKey);
  return unwrapMaster(file, key, file.recovery.wrapped, 'recovery', 'The recovery key is not the right one.');
}

/** `workspace.wrong_key` unless this is the master key that the file belongs to. */
export function assertMaster(file: KeyFile, master: Buffer): void {
  if (master.length !== KEY_BYTES || keyCheck(master) !== file.check) {
    throw new AppError('workspace.wrong_key', 'The key does not open this workspace.');
  }
}

function unwrapMaster(file: KeyFile, key: Buffer, wrapped: string, kind: string, message: string): Buffer {
  try {
    const master = unwrapKey(key, Buffer.from(wrapped, 'hex'), wrapContext(file, kind));
    assertMaster(file, master);
    return master;
  } catch (error) {
    throw new AppError('workspace.wrong_key', message, { cause: error });
  } finally {
    key.fill(0);
  }
}

function wrapContext(file: KeyFile, kind: string): string {
  return `osmia master key ${file.id} ${kind}`;
}

function passphraseKey(passphrase: string, kdf: z.infer<typeof Scrypt>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The same words typed on another keyboard or system must give the same key.
    scrypt(
      passphrase.normalize('NFKC'),
      Buffer.from(kdf.salt, 'hex'),
      KEY_BYTES,
      { N: kdf.n, r: kdf.r, p: kdf.p, maxmem: 256 * kdf.n * kdf.r },
      (error, key) => (error ? reject(error) : resolve(key)),
    );
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
