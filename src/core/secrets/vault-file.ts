import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { v4 } from 'uuid';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { syncFolder } from '../workspace/durable.ts';

/*
 * The vault: every secret of the workspace that is in no keychain, in one file. Magic and version (8 bytes, also
 * authenticated) ‖ nonce (12) ‖ sealed JSON, padded ‖ tag (16); AES-256-GCM under a key derived from the workspace's.
 */
const MAGIC = Buffer.from('OSMIAV\0\x01', 'latin1');
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The length of the file tells no more than this of how much is in it. */
const STEP_BYTES = 4_096;
const MAX_BYTES = 64 * 2 ** 20;

const Entries = z.record(z.string(), z.string());

/** Account → value. Empty where there is no file. `workspace.damaged` where a byte of it is not as it was written. */
export function readVaultFile(path: string, key: Uint8Array): Map<string, string> {
  let bytes: Buffer;
  try {
    if (statSync(path).size > MAX_BYTES) throw damaged();
    bytes = readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
  const start = MAGIC.length + NONCE_BYTES;
  if (bytes.length < start + TAG_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged();
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(MAGIC.length, start), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(MAGIC);
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const clear = decipher.update(bytes.subarray(start, -TAG_BYTES));
  try {
    decipher.final();
    return new Map(Object.entries(Entries.parse(JSON.parse(clear.toString('utf8')))));
  } catch (error) {
    throw damaged(error);
  } finally {
    clear.fill(0);
  }
}

/** Replaces the file at once or not at all; on disk when it returns. `too_large` above 64 MiB. */
export function writeVaultFile(path: string, key: Uint8Array, entries: ReadonlyMap<string, string>): void {
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)), 'utf8');
  const clear = Buffer.alloc(Math.ceil((json.length + 1) / STEP_BYTES) * STEP_BYTES, ' ');
  json.copy(clear);
  json.fill(0);
  if (clear.length > MAX_BYTES - 1_024) {
    clear.fill(0);
    throw new AppError('too_large', 'The secrets of this workspace are larger than 64 MiB together.');
  }
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(MAGIC);
  const sealed = Buffer.concat([MAGIC, nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
  clear.fill(0);
  const temporary = `${path}.${v4()}.tmp`;
  try {
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeFileSync(file, sealed);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
      throw new AppError('disk.full', 'The disk is full, so the secret was not kept.', { cause: error });
    }
    throw error;
  }
}

function damaged(cause?: unknown): AppError {
  return new AppError('workspace.damaged', 'The vault file of this workspace is damaged.', { cause });
}
