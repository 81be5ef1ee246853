import { AppError, type ErrorCode } from '../shared/errors.ts';

/** The exit codes of DESIGN.md 7; scripts depend on them. */
export const EXIT = {
  done: 0,
  /** A job failed or was cancelled. */
  failed: 1,
  badInput: 2,
  /** Nothing failed, but something was refused or waits, or no analyzer applies. */
  refused: 3,
  /** The workspace is locked, was given the wrong key, or cannot be had. */
  workspace: 4,
  internal: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A record, so that a new error code does not compile until it has an exit code. */
const BY_ERROR: Readonly<Record<ErrorCode, ExitCode>> = {
  invalid_input: EXIT.badInput,
  not_found: EXIT.badInput,
  conflict: EXIT.badInput,
  forbidden: EXIT.badInput,
  too_large: EXIT.badInput,
  'file.not_found': EXIT.badInput,
  'file.unreadable': EXIT.badInput,
  'file.not_a_file': EXIT.badInput,
  'file.changed': EXIT.badInput,
  'passphrase.file_exposed': EXIT.badInput,
  'descriptor.invalid': EXIT.badInput,
  'workspace.not_a_workspace': EXIT.badInput,
  'workspace.exists': EXIT.badInput,
  'gate.refused': EXIT.refused,
  'export.holds_secret': EXIT.refused,
  'secret.no_place': EXIT.workspace,
  'secret.unreadable': EXIT.workspace,
  'workspace.locked': EXIT.workspace,
  'workspace.wrong_key': EXIT.workspace,
  'workspace.in_use': EXIT.workspace,
  'workspace.newer_version': EXIT.workspace,
  'workspace.damaged': EXIT.workspace,
  'workspace.no_keychain': EXIT.workspace,
  'passphrase.missing': EXIT.workspace,
  cancelled: EXIT.interrupted,
  unavailable: EXIT.internal,
  'disk.full': EXIT.internal,
  internal: EXIT.internal,
};

export const exitCodeOf = (error: unknown): ExitCode =>
  error instanceof AppError ? BY_ERROR[error.code] : EXIT.internal;
