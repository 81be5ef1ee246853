/**
 * A small assembler for classic BPF, the language of seccomp filters: instructions with named jump targets in, bytes
 * of `struct sock_filter` out. Knows only what a filter of system calls needs.
 */
export type Instruction =
  /** Loads 32 bits of `struct seccomp_data` at this byte offset. */
  | { op: 'load'; offset: number }
  /** Goes to one of two labels; an absent label is the next instruction. `any`: whether any of the bits is set. */
  | { op: 'jump'; when: 'equal' | 'atLeast' | 'any'; value: number; yes?: string; no?: string }
  | { op: 'return'; action: number }
  | { op: 'label'; name: string };

/** Offsets in `struct seccomp_data`. Arguments are 64 bits, little-endian on both processors that we know. */
export const DATA = { number: 0, architecture: 4, argument: (index: number): number => 16 + index * 8 } as const;

/** What a filter may answer. */
export const ANSWER = {
  allow: 0x7fff_0000,
  killProcess: 0x8000_0000,
  error: (errno: number): number => 0x0005_0000 | errno,
} as const;

const LOAD_WORD = 0x20;
const RETURN = 0x06;
const JUMPS = { equal: 0x15, atLeast: 0x35, any: 0x45 } as const;
/** The kernel's own limit. */
const MAX_INSTRUCTIONS = 4_096;
const INSTRUCTION_BYTES = 8;

/** Throws an Error for an unknown or backward label, a jump over more than 255 instructions, or a program too long. */
export function assemble(source: readonly Instruction[]): Buffer {
  const labels = new Map<string, number>();
  const code: Exclude<Instruction, { op: 'label' }>[] = [];
  for (const one of source) {
    if (one.op !== 'label') code.push(one);
    else if (labels.has(one.name)) throw new Error(`the label ${one.name} is there twice`);
    else labels.set(one.name, code.length);
  }
  if (code.length > MAX_INSTRUCTIONS) throw new Error(`${code.length} instructions are too many`);
  const distance = (from: number, label: string | undefined): number => {
    if (label === undefined) return 0;
    const to = labels.get(label);
    if (to === undefined) throw new Error(`there is no label ${label}`);
    const skipped = to - from - 1;
    if (skipped < 0 || skipped > 255) throw new Error(`a jump to ${label} skips ${skipped} instructions`);
    return skipped;
  };
  const bytes = Buffer.alloc(code.length * INSTRUCTION_BYTES);
  const put = (index: number, opcode: number, k: number, yes = 0, no = 0): void => {
    const at = index * INSTRUCTION_BYTES;
    bytes.writeUInt16LE(opcode, at);
    bytes.writeUInt8(yes, at + 2);
    bytes.writeUInt8(no, at + 3);
    bytes.writeUInt32LE(k >>> 0, at + 4);
  };
  for (const [index, one] of code.entries()) {
    if (one.op === 'load') put(index, LOAD_WORD, one.offset);
    else if (one.op === 'return') put(index, RETURN, one.action);
    else put(index, JUMPS[one.when], one.value, distance(index, one.yes), distance(index, one.no));
  }
  return bytes;
}
