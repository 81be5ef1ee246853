import { CONTAINER_LIMITS } from '../inspection.ts';
import { inflate, type Inflated } from './inflate.ts';
import { Unreadable } from './part-reader.ts';

const LOCAL_HEADER = Buffer.from('PK\x03\x04', 'latin1');
const CENTRAL_HEADER = Buffer.from('PK\x01\x02', 'latin1');
const HEADER_BYTES = 30;

export interface SalvagedEntry {
  name: string;
  size: number;
  read(budget: number, signal: AbortSignal): Promise<Inflated>;
}

/**
 * The entries of a ZIP archive whose directory is gone (a download that was cut off), by their local headers. Found by
 * signature, so a stored archive inside may be taken apart too; nothing of it is more than a guess, and it is said so.
 */
export function* salvageZipEntries(bytes: Buffer): Generator<SalvagedEntry> {
  let count = 0;
  for (let at = bytes.indexOf(LOCAL_HEADER); at >= 0 && at + HEADER_BYTES <= bytes.length; ) {
    const flags = bytes.readUInt16LE(at + 6);
    const method = bytes.readUInt16LE(at + 8);
    const stated = bytes.readUInt32LE(at + 18);
    const nameEnd = at + HEADER_BYTES + bytes.readUInt16LE(at + 26);
    const start = Math.min(bytes.length, nameEnd + bytes.readUInt16LE(at + 28));
    const name = bytes.toString('utf8', at + HEADER_BYTES, Math.min(nameEnd, bytes.length));
    const end = stated > 0 && start + stated <= bytes.length ? start + stated : nextHeader(bytes, start);
    const content = bytes.subarray(start, end);
    if (name !== '' && !name.endsWith('/') && count < CONTAINER_LIMITS.entries) {
      count += 1;
      yield {
        name,
        size: content.length,
        read: (budget, signal) => readContent(content, flags, method, budget, signal),
      };
    }
    at = bytes.indexOf(LOCAL_HEADER, Math.max(end, at + 4));
  }
}

function nextHeader(bytes: Buffer, from: number): number {
  const local = bytes.indexOf(LOCAL_HEADER, from);
  const central = local < 0 ? bytes.indexOf(CENTRAL_HEADER, from) : -1;
  return local >= 0 ? local : central >= 0 ? central : bytes.length;
}

const SALVAGED = 'damaged: salvaged from an archive without a directory, perhaps not whole';

async function readContent(
  content: Uint8Array,
  flags: number,
  method: number,
  budget: number,
  signal: AbortSignal,
): Promise<Inflated> {
  if ((flags & 1) === 1 || method === 99) throw new Unreadable('encrypted: a password is needed');
  if (method === 0)
    return { bytes: content.subarray(0, Math.min(budget, CONTAINER_LIMITS.entryBytes)), problem: SALVAGED };
  if (method !== 8) throw new Unreadable(`compressed in a way that is not supported (method ${method})`);
  const { bytes, problem } = await inflate('raw', onePiece(content), budget, signal);
  if (bytes.length === 0 && problem !== undefined) throw new Unreadable(problem);
  return { bytes, problem: SALVAGED };
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
