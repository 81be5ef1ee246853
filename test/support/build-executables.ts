/** Small, harmless, structurally right executables for tests. The code in them is a lone return instruction. */

/** A growing little- or big-endian byte buffer that can be written out of order. */
class Writer {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1024);
  length = 0;
  readonly little: boolean;

  constructor(little = true) {
    this.little = little;
  }

  #room(end: number): DataView {
    while (end > this.#bytes.length) {
      const bigger = new Uint8Array(this.#bytes.length * 2);
      bigger.set(this.#bytes);
      this.#bytes = bigger;
    }
    this.length = Math.max(this.length, end);
    return new DataView(this.#bytes.buffer);
  }

  u8(at: number, value: number): void {
    this.#room(at + 1).setUint8(at, value);
  }
  u16(at: number, value: number): void {
    this.#room(at + 2).setUint16(at, value, this.little);
  }
  u32(at: number, value: number): void {
    this.#room(at + 4).setUint32(at, value >>> 0, this.little);
  }
  u64(at: number, value: number): void {
    this.#room(at + 8).setBigUint64(at, BigInt(value), this.little);
  }
  bytes(at: number, value: Uint8Array): void {
    this.#room(at + value.length);
    this.#bytes.set(value, at);
  }
  /** One byte a character and a NUL; returns where it ends. */
  text(at: number, value: string): number {
    this.bytes(at, Buffer.from(`${value}\0`, 'latin1'));
    return at + value.length + 1;
  }
  padTo(length: number): void {
    this.#room(length);
  }
  done(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }
}

interface PeRecipe {
  wide?: boolean;
  dll?: boolean;
  /** Library to functions; a number is an import by ordinal. */
  imports?: Record<string, (string | number)[]>;
  exports?: { library: string; functions: string[] };
  version?: Record<string, string>;
  /** Written as the content of a fourth, executable section of this name. */
  extraSection?: { name: string; content: Uint8Array; writable?: boolean };
  overlay?: Uint8Array;
  /** Appends a block of this many bytes and points the signature directory at it. */
  signatureBytes?: number;
  rich?: boolean;
  dotnet?: string;
  pdb?: string;
}

const PE_AT = 0x100;
const FILE_ALIGN = 0x200;
const align = (value: number, to: number): number => Math.ceil(value / to) * to;

function writeImports(
  w: Writer,
  base: number,
  rva: number,
  wide: boolean,
  imports: NonNullable<PeRecipe['imports']>,
): number {
  const libraries = Object.entries(imports);
  const step = wide ? 8 : 4;
  let free = base + (libraries.length + 1) * 20;
  w.padTo(free);
  libraries.forEach(([library, functions], index) => {
    const thunks = free;
    free += (functions.length + 1) * step;
    w.padTo(free);
    functions.forEach((name, i) => {
      if (typeof name === 'number') {
        w.u32(thunks + i * step, wide ? name : name + 0x8000_0000);
        if (wide) w.u32(thunks + i * step + 4, 0x8000_0000);
      } else {
        w.u32(thunks + i * step, free - base + rva);
        free = align(w.text(free + 2, name), 2);
        w.padTo(free);
      }
    });
    w.u32(base + index * 20, thunks - base + rva);
    w.u32(base + index * 20 + 12, free - base + rva);
    w.u32(base + index * 20 + 16, thunks - base + rva);
    free = align(w.text(free, library), 8);
    w.padTo(free);
  });
  return free;
}

function writeExports(w: Writer, base: number, rva: number, recipe: NonNullable<PeRecipe['exports']>): number {
  const count = recipe.functions.length;
  const at = { functions: base + 40, names: base + 40 + count * 4, ordinals: base + 40 + count * 8 };
  let free = at.ordinals + count * 2;
  w.u32(base + 16, 1);
  w.u32(base + 20, count);
  w.u32(base + 24, count);
  w.u32(base + 28, at.functions - base + rva);
  w.u32(base + 32, at.names - base + rva);
  w.u32(base + 36, at.ordinals - base + rva);
  w.u32(base + 12, free - base + rva);
  free = w.text(free, recipe.library);
  recipe.functions.forEach((name, i) => {
    w.u32(at.functions + i * 4, 0x1000);
    w.u32(at.names + i * 4, free - base + rva);
    w.u16(at.ordinals + i * 2, i);
    free = w.text(free, name);
  });
  return free;
}

function versionBlock(
  key: string,
  value: Uint8Array,
  valueLength: number,
  text: boolean,
  children: Uint8Array[],
): Uint8Array {
  const head = Buffer.concat([Buffer.alloc(6), Buffer.from(`${key}\0`, 'utf16le')]);
  const parts: Uint8Array[] = [head];
  let length = head.length;
  for (const part of [value, ...children]) {
    if (part.length === 0) continue;
    parts.push(new Uint8Array(align(length, 4) - length), part);
    length = align(length, 4) + part.length;
  }
  const block = Buffer.concat(parts);
  block.writeUInt16LE(length, 0);
  block.writeUInt16LE(valueLength, 2);
  block.writeUInt16LE(text ? 1 : 0, 4);
  return block;
}

function buildVersionInfo(strings: Record<string, string>): Uint8Array {
  const none = new Uint8Array(0);
  const pairs = Object.entries(strings).map(([key, value]) =>
    versionBlock(key, Buffer.from(`${value}\0`, 'utf16le'), value.length + 1, true, []),
  );
  const fixed = new Uint8Array(52);
  new DataView(fixed.buffer).setUint32(0, 0xfeef04bd, true);
  const table = versionBlock('040904b0', none, 0, true, pairs);
  return versionBlock('VS_VERSION_INFO', fixed, 52, false, [versionBlock('StringFileInfo', none, 0, true, [table])]);
}

function writeResources(w: Writer, base: number, rva: number, version: Record<string, string>): number {
  const levels = [16, 1, 0x409];
  levels.forEach((id, level) => {
    const at = base + level * 24;
    w.u16(at + 14, 1);
    w.u32(at + 16, id);
    w.u32(at + 20, level < 2 ? 0x8000_0000 + (level + 1) * 24 : 72);
  });
  const info = buildVersionInfo(version);
  w.u32(base + 72, rva + 88);
  w.u32(base + 76, info.length);
  w.u32(base + 84, 0);
  w.bytes(base + 88, info);
  return base + 88 + info.length;
}

const rotateLeft = (value: number, by: number): number => ((value << (by & 31)) | (value >>> ((32 - by) & 31))) >>> 0;

function writeRich(w: Writer): void {
  const at = 0x80;
  const tool: [number, number] = [(0x0105 << 16) | 0x6b74, 3];
  const before = w.done();
  let key = at;
  for (let i = 0; i < at; i++) if (i < 0x3c || i >= 0x40) key = (key + rotateLeft(before[i] ?? 0, i)) >>> 0;
  key = (key + rotateLeft(tool[0], tool[1])) >>> 0;
  [0x536e6144, 0, 0, 0, tool[0], tool[1]].forEach((value, i) => w.u32(at + i * 4, value ^ key));
  w.bytes(at + 24, Buffer.from('Rich'));
  w.u32(at + 28, key);
}

/** A Windows program or library with .text, .rdata, .rsrc and, where asked for, one more section. */
export function buildPe(recipe: PeRecipe = {}): Uint8Array {
  const wide = recipe.wide ?? false;
  const w = new Writer();
  w.bytes(0, Buffer.from('MZ'));
  w.u16(2, 0x90);
  w.u16(4, 3);
  w.bytes(0x4e, Buffer.from('This program cannot be run in DOS mode.'));
  w.u32(0x3c, PE_AT);
  w.padTo(PE_AT);
  if (recipe.rich === true) writeRich(w);

  const optional = PE_AT + 24;
  const optionalSize = wide ? 240 : 224;
  const directories = optional + (wide ? 112 : 96);
  const table = optional + optionalSize;
  let rva = 0x1000;
  let raw = 0x400;
  let index = 0;
  const addSection = (name: string, flags: number, fill: (at: number, rva: number) => number): void => {
    const end = fill(raw, rva);
    const at = table + index * 40;
    const rawSize = align(Math.max(end - raw, 1), FILE_ALIGN);
    w.bytes(at, Buffer.from(name.padEnd(8, '\0').slice(0, 8), 'latin1'));
    w.u32(at + 8, end - raw);
    w.u32(at + 12, rva);
    w.u32(at + 16, rawSize);
    w.u32(at + 20, raw);
    w.u32(at + 36, flags);
    w.padTo(raw + rawSize);
    raw += rawSize;
    rva += align(Math.max(end - (raw - rawSize), 1), 0x1000);
    index++;
  };
  const setDirectory = (number: number, address: number, size: number): void => {
    w.u32(directories + number * 8, address);
    w.u32(directories + number * 8 + 4, size);
  };

  addSection('.text', 0x6000_0020, (at) => {
    w.bytes(at, Uint8Array.of(0xc3));
    return at + 1;
  });
  addSection('.rdata', 0x4000_0040, (base, baseRva) => {
    let at = base;
    if (recipe.imports !== undefined) {
      setDirectory(1, baseRva, 40);
      at = align(writeImports(w, at, baseRva, wide, recipe.imports), 16);
    }
    if (recipe.exports !== undefined) {
      setDirectory(0, at - base + baseRva, 40);
      at = align(writeExports(w, at, at - base + baseRva, recipe.exports), 16);
    }
    if (recipe.dotnet !== undefined) {
      setDirectory(14, at - base + baseRva, 72);
      w.u32(at, 72);
      w.u32(at + 8, at + 72 - base + baseRva);
      w.u32(at + 16, 1);
      w.bytes(at + 72, Buffer.from('BSJB'));
      w.u32(at + 72 + 12, align(recipe.dotnet.length + 1, 4));
      at = align(w.text(at + 72 + 16, recipe.dotnet), 16);
    }
    if (recipe.pdb !== undefined) {
      setDirectory(6, at - base + baseRva, 28);
      w.u32(at + 12, 2);
      w.u32(at + 24, at + 28);
      w.bytes(at + 28, Buffer.from('RSDS'));
      at = align(w.text(at + 28 + 24, recipe.pdb), 16);
    }
    return at;
  });
  if (recipe.version !== undefined) {
    const { version } = recipe;
    addSection('.rsrc', 0x4000_0040, (at, at0) => {
      setDirectory(2, at0, 0x100);
      return writeResources(w, at, at0, version);
    });
  }
  if (recipe.extraSection !== undefined) {
    const { name, content, writable } = recipe.extraSection;
    addSection(name, writable === true ? 0xe000_0020 : 0x6000_0020, (at) => {
      w.bytes(at, content);
      return at + content.length;
    });
  }

  w.bytes(PE_AT, Buffer.from('PE\0\0', 'latin1'));
  w.u16(PE_AT + 4, wide ? 0x8664 : 0x14c);
  w.u16(PE_AT + 6, index);
  w.u32(PE_AT + 8, 1_700_000_000);
  w.u16(PE_AT + 20, optionalSize);
  w.u16(PE_AT + 22, (recipe.dll === true ? 0x2000 : 0) | 0x0002 | (wide ? 0x20 : 0x100));
  w.u16(optional, wide ? 0x20b : 0x10b);
  w.u8(optional + 2, 14);
  w.u32(optional + 16, 0x1000);
  if (wide) w.u64(optional + 24, 0x1_4000_0000);
  else w.u32(optional + 28, 0x40_0000);
  w.u32(optional + 32, 0x1000);
  w.u32(optional + 36, FILE_ALIGN);
  w.u32(optional + 56, rva);
  w.u32(optional + 60, 0x400);
  w.u16(optional + 68, 3);
  w.u16(optional + 70, 0x8160);
  w.u32(directories - 4, 16);
  if (recipe.overlay !== undefined) w.bytes(raw, recipe.overlay);
  if (recipe.signatureBytes !== undefined) {
    const at = align(w.length, 8);
    setDirectory(4, at, recipe.signatureBytes);
    w.padTo(at + recipe.signatureBytes);
  }
  return w.done();
}

interface ElfRecipe {
  wide?: boolean;
  little?: boolean;
  interpreter?: string;
  needed?: string[];
  soname?: string;
  symbols?: boolean;
  /** Marks the one loaded segment writable and executable. */
  writableCode?: boolean;
}

/** An ELF program with one loaded segment, an interpreter, a dynamic section and named sections. */
export function buildElf(recipe: ElfRecipe = {}): Uint8Array {
  const wide = recipe.wide ?? true;
  const w = new Writer(recipe.little ?? true);
  const word = (at: number, value: number): void => (wide ? w.u64(at, value) : w.u32(at, value));
  const size = wide ? 8 : 4;
  const headerSize = wide ? 64 : 52;
  const [segmentSize, sectionSize] = wide ? [56, 64] : [32, 40];
  const BASE = 0x40_0000;
  let at = headerSize + segmentSize * 3;
  w.padTo(at);
  const interpreterAt = at;
  at = w.text(at, recipe.interpreter ?? '/lib/ld-test.so.1');
  const interpreterSize = at - interpreterAt;

  const stringsAt = at;
  const strings: Record<string, number> = {};
  at = w.text(at, '');
  for (const text of [...(recipe.needed ?? []), ...(recipe.soname === undefined ? [] : [recipe.soname])]) {
    strings[text] = at - stringsAt;
    at = w.text(at, text);
  }
  const stringsSize = at - stringsAt;
  const dynamicAt = align(at, 8);
  const entries: [number, number][] = [
    ...(recipe.needed ?? []).map((text): [number, number] => [1, strings[text] ?? 0]),
    ...(recipe.soname === undefined ? [] : [[14, strings[recipe.soname] ?? 0] as [number, number]]),
    [5, BASE + stringsAt],
    [0, 0],
  ];
  entries.forEach(([tag, value], i) => {
    word(dynamicAt + i * 2 * size, tag);
    word(dynamicAt + (i * 2 + 1) * size, value);
  });
  const dynamicSize = entries.length * 2 * size;
  const textAt = align(dynamicAt + dynamicSize, 16);
  w.bytes(textAt, Uint8Array.of(0xc3));

  const names = [
    '',
    '.interp',
    '.dynstr',
    '.dynamic',
    '.text',
    '.shstrtab',
    ...(recipe.symbols === true ? ['.symtab'] : []),
  ];
  const namesAt = textAt + 16;
  const nameOffsets: number[] = [];
  at = namesAt;
  for (const name of names) {
    nameOffsets.push(at - namesAt);
    at = w.text(at, name);
  }
  const sections: [type: number, flags: number, offset: number, size: number][] = [
    [0, 0, 0, 0],
    [1, 2, interpreterAt, interpreterSize],
    [3, 2, stringsAt, stringsSize],
    [6, 3, dynamicAt, dynamicSize],
    [1, 6, textAt, 1],
    [3, 0, namesAt, at - namesAt],
    [2, 0, namesAt, 0],
  ];
  const tableAt = align(at, 8);
  names.forEach((_, i) => {
    const [type, flags, offset, bytes] = sections[i] ?? [0, 0, 0, 0];
    const row = tableAt + i * sectionSize;
    w.padTo(row + sectionSize);
    w.u32(row, nameOffsets[i] ?? 0);
    w.u32(row + 4, type);
    word(row + 8, flags);
    word(row + (wide ? 24 : 16), offset);
    word(row + (wide ? 32 : 20), bytes);
  });

  const segment = (index: number, type: number, flags: number, offset: number, bytes: number): void => {
    const row = headerSize + index * segmentSize;
    w.u32(row, type);
    w.u32(row + (wide ? 4 : 24), flags);
    word(row + (wide ? 8 : 4), offset);
    word(row + (wide ? 16 : 8), BASE + offset);
    word(row + (wide ? 32 : 16), bytes);
    word(row + (wide ? 40 : 20), bytes);
  };
  segment(0, 3, 4, interpreterAt, interpreterSize);
  segment(1, 1, recipe.writableCode === true ? 7 : 5, 0, tableAt);
  segment(2, 2, 6, dynamicAt, dynamicSize);

  w.bytes(0, Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, w.little ? 1 : 2, 1, 0));
  w.u16(16, 2);
  w.u16(18, w.little ? (wide ? 62 : 3) : wide ? 21 : 20);
  w.u32(20, 1);
  word(24, BASE + textAt);
  word(wide ? 32 : 28, headerSize);
  word(wide ? 40 : 32, tableAt);
  const tail = wide ? 52 : 40;
  [headerSize, segmentSize, 3, sectionSize, names.length, 5].forEach((value, i) => w.u16(tail + i * 2, value));
  return w.done();
}

interface MachRecipe {
  wide?: boolean;
  little?: boolean;
  libraries?: string[];
  uuid?: Uint8Array;
  signature?: boolean;
}

function command(w: Writer, at: number, type: number, length: number): number {
  w.u32(at, type);
  w.u32(at + 4, length);
  w.padTo(at + length);
  return at + length;
}

/** A thin Mach-O program: one segment with one section, libraries, a UUID and a signature command. */
export function buildMachO(recipe: MachRecipe = {}): Uint8Array {
  const wide = recipe.wide ?? true;
  const w = new Writer(recipe.little ?? true);
  const headerSize = wide ? 32 : 28;
  const [segmentSize, sectionSize] = wide ? [72, 80] : [56, 68];
  let at = headerSize;
  let count = 0;
  const segmentAt = at;
  at = command(w, at, wide ? 0x19 : 0x1, segmentSize + sectionSize);
  count++;
  for (const library of recipe.libraries ?? ['/usr/lib/libSystem.B.dylib']) {
    w.u32(at + 8, 24);
    w.text(at + 24, library);
    at = command(w, at, 0xc, align(24 + library.length + 1, 8));
    count++;
  }
  if (recipe.uuid !== undefined) {
    w.bytes(at + 8, recipe.uuid);
    at = command(w, at, 0x1b, 24);
    count++;
  }
  if (recipe.signature === true) {
    at = command(w, at, 0x1d, 16);
    count++;
  }
  const textAt = align(at, 16);
  w.bytes(textAt, Uint8Array.of(0xc3));
  w.padTo(textAt + 16);
  const row = segmentAt + segmentSize;
  w.bytes(segmentAt + 8, Buffer.from('__TEXT'));
  w.u32(segmentAt + (wide ? 64 : 48), 1);
  w.bytes(row, Buffer.from('__text'));
  w.bytes(row + 16, Buffer.from('__TEXT'));
  if (wide) w.u64(row + 40, 16);
  else w.u32(row + 36, 16);
  w.u32(row + (wide ? 48 : 40), textAt);
  w.u32(0, wide ? 0xfeedfacf : 0xfeedface);
  w.u32(4, w.little ? (wide ? 0x0100_0007 : 7) : wide ? 0x0100_0012 : 18);
  w.u32(12, 2);
  w.u32(16, count);
  w.u32(20, at - headerSize);
  return w.done();
}

/** A fat Mach-O over the given thin ones. */
export function buildFat(slices: readonly Uint8Array[]): Uint8Array {
  const w = new Writer(false);
  w.u32(0, 0xcafebabe);
  w.u32(4, slices.length);
  let at = 0x1000;
  slices.forEach((slice, index) => {
    const row = 8 + index * 20;
    w.u32(row + 8, at);
    w.u32(row + 12, slice.length);
    w.bytes(at, slice);
    at = align(at + slice.length, 0x1000);
  });
  return w.done();
}
