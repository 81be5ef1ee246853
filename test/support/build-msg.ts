import { createRequire } from 'node:module';
import type { Entry } from '@kenjiuno/msgreader/lib/Burner.js';

const require = createRequire(import.meta.url);
const { burn } = require('@kenjiuno/msgreader/lib/Burner.js') as typeof import('@kenjiuno/msgreader/lib/Burner.js');

export interface MsgInput {
  /** Text properties by tag: `0037` is the subject. */
  texts?: Record<string, string>;
  binaries?: Record<string, Uint8Array>;
  numbers?: Record<string, number>;
  /** UTC milliseconds by tag. */
  times?: Record<string, number>;
  recipients?: MsgInput[];
  attachments?: (MsgInput & { message?: MsgInput })[];
}

type Node = { name: string; bytes: Uint8Array } | { name: string; children: Node[] };

/** An Outlook message: a real compound file with the streams of MS-OXMSG. */
export function buildMsg(input: MsgInput): Uint8Array {
  return buildCompoundFile(storageOf(input, 32));
}

/** A compound file with the given storages and streams. */
export function buildCompoundFile(nodes: Node[]): Uint8Array {
  const entries: Entry[] = [{ name: 'Root Entry', type: 5, children: [], length: 0 }];
  const add = (parent: number, node: Node): void => {
    const index = entries.length;
    entries[parent]?.children?.push(index);
    if ('bytes' in node) {
      // The writer goes by the array's buffer, and small Buffers share one.
      const bytes = Uint8Array.from(node.bytes);
      entries.push({ name: node.name, type: 2, length: bytes.length, binaryProvider: () => bytes });
      return;
    }
    entries.push({ name: node.name, type: 1, children: [], length: 0 });
    for (const child of node.children) add(index, child);
  };
  for (const node of nodes) add(0, node);
  return burn(entries);
}

function storageOf(input: MsgInput, headerBytes: number): Node[] {
  const nodes: Node[] = [];
  const rows: Buffer[] = [];
  const row = (tag: string, type: string, value: Buffer): void => {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32LE(Number.parseInt(tag + type, 16), 0);
    bytes.writeUInt32LE(6, 4);
    value.copy(bytes, 8);
    rows.push(bytes);
  };
  const sized = (length: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32LE(length, 0);
    return bytes;
  };
  for (const [tag, text] of Object.entries(input.texts ?? {})) {
    const bytes = Buffer.from(text, 'utf16le');
    nodes.push({ name: `__substg1.0_${tag}001F`, bytes });
    row(tag, '001f', sized(bytes.length + 2));
  }
  for (const [tag, bytes] of Object.entries(input.binaries ?? {})) {
    nodes.push({ name: `__substg1.0_${tag}0102`, bytes });
    row(tag, '0102', sized(bytes.length));
  }
  for (const [tag, number] of Object.entries(input.numbers ?? {})) row(tag, '0003', sized(number));
  for (const [tag, time] of Object.entries(input.times ?? {})) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE((BigInt(time) + 11_644_473_600_000n) * 10_000n, 0);
    row(tag, '0040', bytes);
  }
  for (const [index, recipient] of (input.recipients ?? []).entries()) {
    nodes.push({ name: `__recip_version1.0_#${numbered(index)}`, children: storageOf(recipient, 8) });
  }
  for (const [index, attachment] of (input.attachments ?? []).entries()) {
    const children = storageOf(attachment, 8);
    if (attachment.message !== undefined) {
      children.push({ name: '__substg1.0_3701000D', children: storageOf(attachment.message, 24) });
    }
    nodes.push({ name: `__attach_version1.0_#${numbered(index)}`, children });
  }
  nodes.push({ name: '__properties_version1.0', bytes: Buffer.concat([Buffer.alloc(headerBytes), ...rows]) });
  return nodes;
}

const numbered = (index: number): string => index.toString(16).toUpperCase().padStart(8, '0');
