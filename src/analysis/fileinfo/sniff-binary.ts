import { indexOfText, latin1, startsWith, u16, u32, u8 } from './bytes.ts';
import { detected, type DetectedType } from './detected-type.ts';

const PE_CHARACTERISTIC_DLL = 0x2000;
const PE_SUBSYSTEM_NATIVE = 1;

/** `MZ` files: a PE where the header it points to says so, else a program of DOS or 16-bit Windows. */
function sniffMz(head: Uint8Array): DetectedType {
  const at = u32(head, 0x3c);
  if (startsWith(head, 'PE\0\0', at)) {
    const magic = u16(head, at + 24);
    const kind = magic === 0x20b ? 'PE32+' : magic === 0x10b ? 'PE32' : 'PE';
    const mediaType = 'application/vnd.microsoft.portable-executable';
    if ((u16(head, at + 22) & PE_CHARACTERISTIC_DLL) !== 0)
      return detected(mediaType, `Windows library (${kind})`, 'dll');
    if (u16(head, at + 24 + 68) === PE_SUBSYSTEM_NATIVE) return detected(mediaType, `Windows driver (${kind})`, 'sys');
    return detected(mediaType, `Windows program (${kind})`, 'exe');
  }
  if (startsWith(head, 'NE', at)) return detected('application/x-dosexec', '16-bit Windows program (NE)', 'exe');
  if (startsWith(head, 'LE', at) || startsWith(head, 'LX', at)) {
    return detected('application/x-dosexec', 'OS/2 or VxD program (LE)', 'exe');
  }
  return detected('application/x-dosexec', 'DOS program (MZ)', 'exe');
}

const ELF_KINDS: Readonly<Record<number, [words: string, extension: string]>> = {
  1: ['Unix object file', 'o'],
  2: ['Unix program', ''],
  3: ['Unix program or shared library', ''],
  4: ['Unix core dump', ''],
};

function sniffElf(head: Uint8Array): DetectedType {
  const bits = u8(head, 4) === 2 ? '64-bit' : u8(head, 4) === 1 ? '32-bit' : 'unknown class';
  const little = u8(head, 5) !== 2;
  const [words, extension] = ELF_KINDS[u16(head, 16, little)] ?? ['Unix binary', ''];
  return detected('application/x-elf', `${words} (ELF ${bits}${little ? '' : ', big-endian'})`, extension);
}

const MACHO_KINDS: Readonly<Record<number, [words: string, extension: string]>> = {
  1: ['macOS object file', 'o'],
  2: ['macOS program', ''],
  4: ['macOS core dump', ''],
  6: ['macOS library', 'dylib'],
  8: ['macOS bundle', 'bundle'],
  10: ['macOS debug symbols', 'dSYM'],
  11: ['macOS kernel extension', 'kext'],
};

function sniffMachO(head: Uint8Array): DetectedType | undefined {
  const magic = u32(head, 0, false);
  const little = magic === 0xcefaedfe || magic === 0xcffaedfe;
  if (!little && magic !== 0xfeedface && magic !== 0xfeedfacf) return undefined;
  const bits = magic === 0xcffaedfe || magic === 0xfeedfacf ? '64-bit' : '32-bit';
  const [words, extension] = MACHO_KINDS[u32(head, 12, little)] ?? ['macOS binary', ''];
  return detected('application/x-mach-binary', `${words} (Mach-O ${bits})`, extension);
}

/**
 * 0xCAFEBABE begins both a Java class and a fat Mach-O. The next four bytes are a class file's minor and major version
 * (major 45 and up), or the number of architectures, which no real file has more than a few of.
 */
function sniffCafeBabe(head: Uint8Array): DetectedType | undefined {
  const magic = u32(head, 0, false);
  if (magic === 0xcafebabf)
    return detected('application/x-mach-binary', 'macOS universal binary (Mach-O fat, 64-bit)', '');
  if (magic !== 0xcafebabe || head.length < 8) return undefined;
  const count = u32(head, 4, false);
  if (count > 0 && count < 45) {
    return detected('application/x-mach-binary', `macOS universal binary (Mach-O fat, ${count} architectures)`, '');
  }
  return detected('application/java-vm', `Java class (version ${u16(head, 6, false)})`, 'class');
}

/** Magic that file-type does not know, knows under a name of its own, or that must win over a weaker match. */
const MAGIC: readonly [offset: number, magic: string, type: DetectedType][] = [
  [
    0,
    '\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46',
    detected('application/x-ms-shortcut', 'Windows shortcut', 'lnk'),
  ],
  [
    0,
    '\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3',
    detected('application/onenote', 'OneNote section', 'one'),
  ],
  [0, '\x78\x9f\x3e\x22', detected('application/vnd.ms-tnef', 'Outlook TNEF attachment (winmail.dat)', 'dat')],
  [0, 'ITSF', detected('application/vnd.ms-htmlhelp', 'Windows help file (CHM)', 'chm')],
  [0, 'MSCF', detected('application/vnd.ms-cab-compressed', 'Windows cabinet archive', 'cab')],
  [0, 'ElfFile\0', detected('application/x-ms-evtx', 'Windows event log (EVTX)', 'evtx')],
  [0, 'LfLe', detected('application/x-ms-evt', 'Windows event log (EVT)', 'evt')],
  [0, 'regf', detected('application/x-ms-registry-hive', 'Windows registry hive', 'dat')],
  [4, 'SCCA', detected('application/x-ms-prefetch', 'Windows prefetch file', 'pf')],
  [0, 'MAM\x04', detected('application/x-ms-prefetch', 'Windows prefetch file (compressed)', 'pf')],
  [0, 'MDMP', detected('application/x-ms-minidump', 'Windows memory dump (minidump)', 'dmp')],
  [0, 'PAGEDUMP', detected('application/x-ms-crashdump', 'Windows memory dump (32-bit)', 'dmp')],
  [0, 'PAGEDU64', detected('application/x-ms-crashdump', 'Windows memory dump (64-bit)', 'dmp')],
  [0, 'vhdxfile', detected('application/x-vhdx', 'Virtual hard disk (VHDX)', 'vhdx')],
  [0, 'conectix', detected('application/x-vhd', 'Virtual hard disk (VHD)', 'vhd')],
  [0, 'KDMV', detected('application/x-vmdk', 'Virtual hard disk (VMDK)', 'vmdk')],
  [0, 'QFI\xfb', detected('application/x-qemu-disk', 'Virtual hard disk (QCOW2)', 'qcow2')],
  [0x8001, 'CD001', detected('application/x-iso9660-image', 'Disc image (ISO 9660)', 'iso')],
  [0, '\x0a\x0d\x0d\x0a', detected('application/x-pcapng', 'Network capture (pcapng)', 'pcapng')],
  [1, '\r\r\n', detected('application/x-python-bytecode', 'Python bytecode', 'pyc')],
  [0, 'dex\n', detected('application/vnd.android.dex', 'Android program (DEX)', 'dex')],
  [0, '!BDN', detected('application/vnd.ms-outlook-pst', 'Outlook data file (PST)', 'pst')],
  [0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', detected('application/x-cfb', 'OLE compound file', '')],
  [0, 'Rar!\x1a\x07', detected('application/x-rar-compressed', 'RAR archive', 'rar')],
  [0, '7z\xbc\xaf\x27\x1c', detected('application/x-7z-compressed', '7-Zip archive', '7z')],
  [0, 'BZh', detected('application/x-bzip2', 'bzip2 compressed file', 'bz2')],
  [0, '\x1f\x8b\x08', detected('application/gzip', 'gzip compressed file', 'gz')],
  [257, 'ustar', detected('application/x-tar', 'tar archive', 'tar')],
  [0, '!<arch>\ndebian', detected('application/x-deb', 'Debian package', 'deb')],
  [0, 'SQLite format 3\0', detected('application/x-sqlite3', 'SQLite database', 'sqlite')],
  [0, '\0asm', detected('application/wasm', 'WebAssembly module', 'wasm')],
  [0, 'Obj\x01', detected('application/avro', 'Apache Avro data', 'avro')],
];

/** How far into a file readers still accept a PDF header. */
const PDF_HEADER_WITHIN = 1024;

function sniffPdf(head: Uint8Array): DetectedType | undefined {
  const at = indexOfText(head, '%PDF-', 0, PDF_HEADER_WITHIN + 5);
  if (at < 0) return undefined;
  const version = /^\d\.\d/.exec(latin1(head, at + 5, 3))?.[0];
  const words = version === undefined ? 'PDF document' : `PDF document ${version}`;
  if (at === 0) return detected('application/pdf', words, 'pdf');
  // A text that only speaks of the header is no PDF: one that opens has an object soon after it.
  if (indexOfText(head, ' obj', at) < 0) return undefined;
  return detected('application/pdf', `${words} (${at} bytes of other data before the header)`, 'pdf');
}

/** Executables, evidence and container formats by their magic; undefined where none of these fits. */
export function sniffBinary(head: Uint8Array): DetectedType | undefined {
  if (startsWith(head, 'MZ') && head.length >= 64) return sniffMz(head);
  if (startsWith(head, '\x7fELF')) return sniffElf(head);
  const mach = sniffMachO(head) ?? sniffCafeBabe(head);
  if (mach !== undefined) return mach;
  if (startsWith(head, '{\\rt')) return detected('application/rtf', 'Rich text document (RTF)', 'rtf');
  for (const [offset, magic, type] of MAGIC) if (startsWith(head, magic, offset)) return type;
  return sniffPdf(head);
}
