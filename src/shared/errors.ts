/**
 * Every failure a caller can be told about. The codes are a stable interface (CLI scripts read them), the message says
 * what happened and what to do. Anything that is not an AppError is a bug: clients see `internal` and an id.
 */
export const ERROR_CODES = [
  'invalid_input',
  'not_found',
  'conflict',
  'forbidden',
  'cancelled',
  'internal',
  'unavailable',
  'too_large',
  'workspace.locked',
  'workspace.wrong_key',
  'workspace.in_use',
  'workspace.not_a_workspace',
  'workspace.newer_version',
  'workspace.damaged',
  'workspace.exists',
  'workspace.no_keychain',
  'passphrase.missing',
  'passphrase.file_exposed',
  'file.not_found',
  'file.unreadable',
  'file.not_a_file',
  'file.changed',
  'disk.full',
  'descriptor.invalid',
  'gate.refused',
  'secret.no_place',
  'secret.unreadable',
  'export.holds_secret',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export type ErrorDetails = Record<string, string | number | boolean | null | string[]>;

const CODES: ReadonlySet<string> = new Set(ERROR_CODES);

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails | undefined;

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details;
  }
}

/** What crosses a port. */
export interface WireError {
  code: ErrorCode;
  message: string;
  details?: ErrorDetails;
}

export function toWireError(error: unknown, bugId: () => string): WireError {
  if (error instanceof AppError) {
    return error.details === undefined
      ? { code: error.code, message: error.message }
      : { code: error.code, message: error.message, details: error.details };
  }
  // No path, SQL or analyzer output may leak through the message of a bug.
  const id = bugId();
  return {
    code: 'internal',
    message: `Osmia hit a bug. Nothing you saved is lost. The log has the details under ${id}.`,
    details: { id },
  };
}

export function fromWireError(wire: { code: string; message: string; details?: ErrorDetails }): AppError {
  const code = CODES.has(wire.code) ? (wire.code as ErrorCode) : 'internal';
  return new AppError(code, wire.message, wire.details === undefined ? {} : { details: wire.details });
}
