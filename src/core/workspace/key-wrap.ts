import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';

export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals a 256-bit key under another with AES-256-GCM: nonce ‖ sealed key ‖ tag (60 bytes). `context` says what the key
 * is for and is authenticated, so a wrapped key copied to another row does not open there.
 */
export function wrapKey(wrapping: Uint8Array, key: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', wrapping, nonce);
  cipher.setAAD(Buffer.from(context, 'utf8'));
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
}

/** The key inside. `workspace.wrong_key` where the wrapping key, the context or a byte is not the right one. */
export function unwrapKey(wrapping: Uint8Array, wrapped: Uint8Array, context: string): Buffer {
  if (wrapped.length !== NONCE_BYTES + KEY_BYTES + TAG_BYTES) throw wrongKey();
  const decipher = createDecipheriv('aes-256-gcm', wrapping, wrapped.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(wrapped.subarray(NONCE_BYTES + KEY_BYTES));
  const key = decipher.update(wrapped.subarray(NONCE_BYTES, NONCE_BYTES + KEY_BYTES));
  try {
    decipher.final();
  } catch (error) {
    key.fill(0);
    throw wrongKey(error);
  }
  return key;
}

function wrongKey(cause?: unknown): AppError {
  return new AppError('workspace.wrong_key', 'The key does not open this.', { cause });
}
