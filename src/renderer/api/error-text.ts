import { AppError, type ErrorCode } from '../../shared/errors.ts';

export interface ErrorText {
  title: string;
  /** What happened, in the core's words, which name the thing. */
  message: string;
  /** What to do now. */
  next: string;
}

/** For each code a title and the way on. A record, so that a new code does not compile until it has words. */
const TEXTS: Readonly<Record<ErrorCode, { title: string; next: string }>> = {
  invalid_input: { title: 'That was not accepted', next: 'Correct it and try again. Nothing was changed.' },
  not_found: { title: 'It is no longer there', next: 'It may have been removed. Go back and open it again.' },
  conflict: { title: 'Somebody changed it meanwhile', next: 'Look at both versions. Nothing was lost.' },
  forbidden: { title: 'This window may not do that', next: 'Use the desktop window or the command line for it.' },
  cancelled: { title: 'Cancelled', next: 'Start it again when you want to.' },
  internal: { title: 'Osmia hit a bug', next: 'Try again. The log names it; attach the id to a report.' },
  unavailable: { title: 'The core cannot be reached', next: 'Osmia tries again by itself. Nothing saved is lost.' },
  too_large: { title: 'That is too large', next: 'Take a smaller part of it.' },
  'workspace.locked': { title: 'The workspace is locked', next: 'Unlock it to go on.' },
  'workspace.wrong_key': {
    title: 'That does not open the workspace',
    next: 'Check it, and the caps lock, and try again.',
  },
  'workspace.in_use': { title: 'The workspace is in use', next: 'Close the other program that holds it.' },
  'workspace.not_a_workspace': { title: 'This folder is no workspace', next: 'Start Osmia with another folder.' },
  'workspace.newer_version': { title: 'A newer Osmia wrote this workspace', next: 'Update Osmia, then open it again.' },
  'workspace.damaged': { title: 'The workspace is damaged', next: 'Restore the last backup into a new folder.' },
  'workspace.exists': { title: 'There is a workspace already', next: 'Unlock it instead.' },
  'workspace.no_keychain': { title: 'No keychain here', next: 'Use the passphrase. Osmia stores no key in clear.' },
  'passphrase.missing': { title: 'A passphrase is needed', next: 'Type one.' },
  'passphrase.file_exposed': { title: 'Others can read the passphrase file', next: 'Make it readable for you alone.' },
  'file.not_found': { title: 'The file is gone', next: 'Drop it again from where it is now.' },
  'file.unreadable': { title: 'The file cannot be read', next: 'Check that you may read it, then drop it again.' },
  'file.not_a_file': { title: 'That is no file', next: 'Drop a file. Folders and devices are not read.' },
  'file.changed': {
    title: 'The file changed while it was read',
    next: 'Wait until nothing writes to it; drop it again.',
  },
  'disk.full': { title: 'The disk is full', next: 'Free some space, then try again. What was saved is safe.' },
  'descriptor.invalid': {
    title: 'The analyzer’s descriptor is broken',
    next: 'Correct its file; Analyzers lists the defects.',
  },
  'secret.no_place': {
    title: 'The secret could not be kept there',
    next: 'Choose the vault file or memory in Settings, Secrets.',
  },
  'secret.unreadable': {
    title: 'The secret cannot be read now',
    next: 'Unlock the keychain and ask it again, or enter the secret anew.',
  },
  'export.holds_secret': {
    title: 'Nothing was exported',
    next: 'Take the secret out of what is exported, or replace it with its service, and export again.',
  },
  'gate.refused': { title: 'The gate refused it', next: 'Look at the run sheet for what is allowed instead.' },
};

/** Words for any failure. What is no AppError is a bug of the window itself. */
export function errorText(error: unknown): ErrorText {
  if (error instanceof AppError) return { ...TEXTS[error.code], message: error.message };
  return { title: TEXTS.internal.title, message: 'The window could not do it.', next: TEXTS.internal.next };
}
