/**
 * Reads compound files (MS-CFB: Outlook messages, old Office documents, VBA projects).
 *
 * Our own because the reader that comes with msgreader follows sector chains and the directory tree without looking for
 * loops: a message of 1 KiB can make it run until memory is gone. Here every chain is bounded by the file's own size and
 * every directory entry is visited once.
 */
export interface CompoundEntry {
  name: string;
  /** Names from the root, `Root Entry` left out. */
  path: string;
  size: number;
  isStorage: boolean;
  children: CompoundEntry[];
  /** The stream's bytes; shorter than `size` where the chain is broken. */
  read(): Uint8Array;
}

const SIGNATURE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
/** Regular sector numbers end here; above are markers. */
const MAX_SECTOR = 0xfffffffa;
const END_OF_CHAIN = 0xfffffffe;
const NO_ENTRY = 0xffffffff;
const ENTRY_BYTES = 128;
const MAX_ENTRIES = 20_000;
const MAX_DEPTH = 32;
const MINI_SECTOR = 64;
/** How many times its own size may be read from one file in all. */
const MAX_REREADS = 4;

/** The root storage. Throws an Error in plain words when the bytes are no compound file or its directory is unreadable. */
export function openCompoundFile(input: Uint8Array): CompoundEntry {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.length);
  if (bytes.length < 512 || !bytes.subarray(0, 8).equals(SIGNATURE)) throw new Error('it is no compound file');
  const shift = bytes.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) throw new Error(`its sector size is damaged (2^${shift})`);
  const sectorBytes = 1 << shift;
  const sectorCount = Math.ceil(bytes.length / sectorBytes);
  const miniCutoff = bytes.readUInt32LE(56);

  const sector = (number: number): Buffer => {
    const start = (number + 1) * sectorBytes;
    return bytes.subarray(Math.min(start, bytes.length), Math.min(start + sectorBytes, bytes.length));
  };
  const fat = readFat(bytes, sectorBytes, sectorCount, sector);

  /** Sector numbers from `first`; ends at a marker, outside the table, and after `limit` (which a loop reaches). */
  const chain = (first: number, table: Uint32Array, limit: number): number[] => {
    const numbers: number[] = [];
    for (
      let at = first;
      at < MAX_SECTOR && at < table.length && numbers.length < limit;
      at = table[at] ?? END_OF_CHAIN
    ) {
      numbers.push(at);
    }
    return numbers;
  };
  const readChain = (first: number, size: number): Buffer =>
    Buffer.concat(chain(first, fat, Math.min(sectorCount, Math.ceil(size / sectorBytes))).map(sector)).subarray(
      0,
      size,
    );

  const directory = Buffer.concat(
    chain(bytes.readUInt32LE(48), fat, Math.min(sectorCount, Math.ceil((MAX_ENTRIES * ENTRY_BYTES) / sectorBytes))).map(
      sector,
    ),
  );
  if (directory.length < ENTRY_BYTES) throw new Error('its directory is missing');
  const miniFat = toTable(readChain(bytes.readUInt32LE(60), sectorCount * sectorBytes));
  const miniStream = readChain(directory.readUInt32LE(116), Math.min(directory.readUInt32LE(120), bytes.length));

  // Streams do not share sectors in an honest file; in a hostile one a thousand of them may be the whole file each.
  let allowance = bytes.length * MAX_REREADS;
  const readStream = (first: number, size: number): Uint8Array => {
    const length = Math.min(size, bytes.length, allowance);
    allowance -= length;
    if (length >= miniCutoff) return readChain(first, length);
    const numbers = chain(first, miniFat, Math.ceil(length / MINI_SECTOR));
    return Buffer.concat(
      numbers.map((number) => miniStream.subarray(number * MINI_SECTOR, (number + 1) * MINI_SECTOR)),
    ).subarray(0, length);
  };
  return readDirectory(directory, readStream);
}

function readFat(
  bytes: Buffer,
  sectorBytes: number,
  sectorCount: number,
  sector: (number: number) => Buffer,
): Uint32Array {
  const fatSectors: number[] = [];
  for (let index = 0; index < 109; index += 1) fatSectors.push(bytes.readUInt32LE(76 + index * 4));
  let next = bytes.readUInt32LE(68);
  for (let seen = 0; next < MAX_SECTOR && next < sectorCount && seen < sectorCount; seen += 1) {
    const block = toTable(sector(next));
    fatSectors.push(...block.subarray(0, sectorBytes / 4 - 1));
    next = block[sectorBytes / 4 - 1] ?? END_OF_CHAIN;
    // A table that names more sectors than the file has is a loop.
    if (fatSectors.length > sectorCount + 109 + sectorBytes) break;
  }
  const used = fatSectors.filter((number) => number < sectorCount).slice(0, sectorCount);
  // Each sector of the table covers sectorBytes / 4 sectors, so no more of them are needed than this.
  return toTable(Buffer.concat(used.slice(0, Math.ceil((sectorCount * 4) / sectorBytes) + 1).map(sector)));
}

function toTable(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const table = new Uint32Array(Math.floor(bytes.length / 4));
  for (let index = 0; index < table.length; index += 1) table[index] = view.getUint32(index * 4, true);
  return table;
}

function readDirectory(directory: Buffer, readStream: (first: number, size: number) => Uint8Array): CompoundEntry {
  const count = Math.floor(directory.length / ENTRY_BYTES);
  const seen = new Uint8Array(count);
  const entryAt = (
    index: number,
    parent: string,
  ): { entry: CompoundEntry; left: number; right: number; child: number } => {
    const record = directory.subarray(index * ENTRY_BYTES, (index + 1) * ENTRY_BYTES);
    const nameBytes = Math.max(0, Math.min(64, record.readUInt16LE(64)) - 2);
    const name = record.toString('utf16le', 0, nameBytes & ~1);
    const type = record[66];
    const first = record.readUInt32LE(116);
    const size = record.readUInt32LE(120);
    return {
      entry: {
        name,
        path: parent === '' ? name : `${parent}/${name}`,
        size: type === 2 ? size : 0,
        isStorage: type === 1 || type === 5,
        children: [],
        read: () => (type === 2 ? readStream(first, size) : new Uint8Array(0)),
      },
      left: record.readUInt32LE(68),
      right: record.readUInt32LE(72),
      child: record.readUInt32LE(76),
    };
  };

  const root = entryAt(0, '');
  root.entry.path = '';
  seen[0] = 1;
  /** Work left, as a list: the trees of a hostile file may be as deep as they have entries. */
  const work: { index: number; parent: CompoundEntry; depth: number }[] = [
    { index: root.child, parent: root.entry, depth: 1 },
  ];
  for (let job = work.pop(); job !== undefined; job = work.pop()) {
    const { index, parent, depth } = job;
    if (index === NO_ENTRY || index >= count || seen[index] === 1 || depth > MAX_DEPTH) continue;
    seen[index] = 1;
    const { entry, left, right, child } = entryAt(index, parent.path);
    const type = directory[index * ENTRY_BYTES + 66];
    if (type === 1 || type === 2) parent.children.push(entry);
    work.push({ index: left, parent, depth }, { index: right, parent, depth });
    if (type === 1) work.push({ index: child, parent: entry, depth: depth + 1 });
  }
  return root.entry;
}
