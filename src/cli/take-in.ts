import { resolve } from 'node:path';
import type { Candidate, Intake } from '../shared/contract/intake.ts';
import { AppError } from '../shared/errors.ts';
import { throwIfInterrupted, type CliSession } from './session.ts';

/** Bytes of standard input in one call; base64 makes 1.33 million characters of it. */
const PIECE_BYTES = 1_000_000;

export interface TakeInOptions {
  derive: boolean;
  engagementId?: string;
  signal: AbortSignal;
}

type Source = { kind: 'file'; path: string } | { kind: 'stdin' };

/**
 * Takes a file or standard input in and waits until it is inspected. A failed inspection is an answer, not an error. What
 * an interrupt or an error cut short is discarded: the core may outlive this command and would go on with it.
 */
export async function takeIn(session: CliSession, source: Source, options: TakeInOptions): Promise<Intake> {
  const { api } = session;
  const { signal, derive } = options;
  const common = options.engagementId === undefined ? { derive } : { derive, engagementId: options.engagementId };
  // Not cut short by an interrupt: what was begun must be known to be discarded.
  const { id } =
    source.kind === 'file'
      ? await api['intake.fromPath']({ ...common, path: resolve(source.path) })
      : await api['intake.begin']({ ...common, name: 'stdin', origin: 'file' });
  try {
    throwIfInterrupted(signal);
    if (source.kind === 'stdin') await sendStream(session, process.stdin, id, signal);
    const intake = await api['intake.wait']({ id }, { signal });
    if (intake.sha256 === '') throw new AppError('file.unreadable', intake.error ?? 'The input could not be read.');
    return intake;
  } catch (error) {
    // The first error is the one to tell; a core that is gone has nothing left to discard.
    await api['intake.discard']({ id }).catch(() => undefined);
    throw error;
  }
}

async function sendStream(
  session: CliSession,
  stream: AsyncIterable<Uint8Array>,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const { api } = session;
  let waiting: Uint8Array[] = [];
  let size = 0;
  const send = async (bytes: Buffer): Promise<void> => {
    for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
      throwIfInterrupted(signal);
      const piece = bytes.subarray(from, from + PIECE_BYTES);
      await api['intake.append']({ id, base64: piece.toString('base64') }, { signal });
    }
  };
  for await (const chunk of stream) {
    waiting.push(chunk);
    size += chunk.length;
    if (size < PIECE_BYTES) continue;
    await send(Buffer.concat(waiting));
    waiting = [];
    size = 0;
  }
  await send(Buffer.concat(waiting));
  await api['intake.finish']({ id }, { signal });
}

/** Reads standard input as one short value. Errors: `too_large`, `invalid_input`. */
export async function readValueFromStdin(): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > 65_536) throw new AppError('too_large', 'A value on standard input may have 64 KiB.');
    parts.push(chunk);
  }
  const value = Buffer.concat(parts).toString('utf8').trim();
  if (value === '') throw new AppError('invalid_input', 'There was no value on standard input.');
  return value;
}

/** Every candidate of an intake, in its order. */
export async function allCandidates(session: CliSession, id: string, signal: AbortSignal): Promise<Candidate[]> {
  const all: Candidate[] = [];
  let after = -1;
  for (;;) {
    const page = await session.api['intake.candidates']({ id, after, limit: 5_000 }, { signal });
    for (const item of page.items) all.push(item);
    if (page.next === null) return all;
    after = page.next;
  }
}

/** What was covered; an inspection that failed covered nothing, and that is said. */
export function coverageOf(intake: Intake): NonNullable<Intake['coverage']> {
  if (intake.coverage && intake.state !== 'failed') return intake.coverage;
  const reason = intake.error ?? 'The inspection failed.';
  return { parts: intake.coverage?.parts ?? 0, skipped: [...(intake.coverage?.skipped ?? []), { part: '/', reason }] };
}
