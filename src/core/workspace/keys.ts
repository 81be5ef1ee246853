import { createHmac, hkdfSync } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import { KEY_BYTES, unwrapKey, wrapKey } from './key-wrap.ts';

/** What is derived from the master key of a workspace. Lives as long as the workspace is open. */
export interface WorkspaceKeys {
  /** The raw 256-bit key of the database; the same buffer each time, zeroed by `destroy`. */
  readonly database: Buffer;
  /** The raw 256-bit key of the vault of secrets; the same buffer each time, zeroed by `destroy`. */
  readonly vault: Buffer;
  /** Seals the key of an owner (a case, an intake); `context` is authenticated. */
  wrap(key: Uint8Array, context: string): Buffer;
  /** `workspace.wrong_key` where it was not wrapped by this workspace for this context. */
  unwrap(wrapped: Uint8Array, context: string): Buffer;
  /** The name on disk of the blob with this SHA-256 (hex): 64 hex digits that tell nothing without the key. */
  fileName(sha256: string): string;
  /** Authenticates a backup's manifest; hex. */
  sign(text: string): string;
  /** Zeroes every key; any later use throws `workspace.locked`. */
  destroy(): void;
}

/** Derives the keys; `master` is copied from, not kept. `workspace.wrong_key` unless it has 32 bytes. */
export function createWorkspaceKeys(master: Buffer): WorkspaceKeys {
  if (master.length !== KEY_BYTES) throw new AppError('workspace.wrong_key', 'A workspace key has 32 bytes.');
  const database = deriveKey(master, 'database');
  const ownerWrapping = deriveKey(master, 'owner keys');
  const fileNames = deriveKey(master, 'blob names');
  const manifests = deriveKey(master, 'backup manifests');
  const vault = deriveKey(master, 'secret vault');
  let isDestroyed = false;

  const alive = (key: Buffer): Buffer => {
    if (isDestroyed) throw new AppError('workspace.locked', 'The workspace is locked.');
    return key;
  };

  return {
    get database() {
      return alive(database);
    },
    get vault() {
      return alive(vault);
    },
    wrap: (key, context) => wrapKey(alive(ownerWrapping), key, context),
    unwrap: (wrapped, context) => unwrapKey(alive(ownerWrapping), wrapped, context),
    fileName: (sha256) => createHmac('sha256', alive(fileNames)).update(Buffer.from(sha256, 'hex')).digest('hex'),
    sign: (text) => createHmac('sha256', alive(manifests)).update(text).digest('hex'),
    destroy() {
      isDestroyed = true;
      for (const key of [database, ownerWrapping, fileNames, manifests, vault]) key.fill(0);
    },
  };
}

/** Stored beside the wraps: tells the wrong key from a damaged database, and nothing of the key. Hex. */
export function keyCheck(master: Buffer): string {
  return deriveKey(master, 'key check').subarray(0, 16).toString('hex');
}

function deriveKey(master: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), `osmia workspace 1: ${purpose}`, KEY_BYTES));
}
