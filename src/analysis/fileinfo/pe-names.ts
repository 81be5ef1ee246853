/** Names of the PE format's numbers, as Microsoft's "PE Format" documents them. */
export const MACHINES: Readonly<Record<number, string>> = {
  0x14c: 'x86 (32-bit)',
  0x8664: 'x86-64',
  0x1c0: 'ARM',
  0x1c4: 'ARM Thumb-2',
  0xaa64: 'ARM64',
  0xa641: 'ARM64EC',
  0x200: 'Itanium',
  0x5032: 'RISC-V 32',
  0x5064: 'RISC-V 64',
  0x6264: 'LoongArch 64',
  0xebc: 'EFI byte code',
  0x166: 'MIPS',
};

export const SUBSYSTEMS: Readonly<Record<number, string>> = {
  1: 'native (driver)',
  2: 'Windows GUI',
  3: 'Windows console',
  5: 'OS/2 console',
  7: 'POSIX console',
  9: 'Windows CE',
  10: 'EFI application',
  11: 'EFI boot service driver',
  12: 'EFI runtime driver',
  13: 'EFI ROM',
  14: 'Xbox',
  16: 'Windows boot application',
};

export const CHARACTERISTICS: readonly [bit: number, name: string][] = [
  [0x0001, 'relocations stripped'],
  [0x0002, 'executable'],
  [0x0020, 'large addresses'],
  [0x0100, '32-bit machine'],
  [0x0200, 'debug info stripped'],
  [0x0400, 'run from swap on removable media'],
  [0x0800, 'run from swap on network'],
  [0x1000, 'system file'],
  [0x2000, 'library (DLL)'],
  [0x4000, 'uniprocessor only'],
];

export const DLL_CHARACTERISTICS: readonly [bit: number, name: string][] = [
  [0x0020, 'high-entropy addresses'],
  [0x0040, 'ASLR'],
  [0x0080, 'forced integrity'],
  [0x0100, 'DEP'],
  [0x0200, 'no isolation'],
  [0x0400, 'no SEH'],
  [0x0800, 'do not bind'],
  [0x1000, 'app container'],
  [0x2000, 'WDM driver'],
  [0x4000, 'control flow guard'],
  [0x8000, 'terminal server aware'],
];

export const SECTION_FLAGS: readonly [bit: number, name: string][] = [
  [0x2000_0000, 'execute'],
  [0x4000_0000, 'read'],
  [0x8000_0000, 'write'],
  [0x0000_0020, 'code'],
  [0x0000_0040, 'data'],
  [0x0000_0080, 'uninitialised data'],
  [0x0200_0000, 'discardable'],
  [0x1000_0000, 'shared'],
];

export const RESOURCE_TYPES: Readonly<Record<number, string>> = {
  1: 'cursor',
  2: 'bitmap',
  3: 'icon',
  4: 'menu',
  5: 'dialog',
  6: 'string table',
  7: 'font directory',
  8: 'font',
  9: 'accelerators',
  10: 'raw data',
  11: 'message table',
  12: 'cursor group',
  14: 'icon group',
  16: 'version',
  17: 'dialog include',
  19: 'plug and play',
  20: 'VxD',
  21: 'animated cursor',
  22: 'animated icon',
  23: 'HTML',
  24: 'manifest',
};

/** The names of the bits set in `value`. */
export function bitNames(value: number, table: readonly [bit: number, name: string][]): string[] {
  // `&` works on signed 32-bit numbers; comparing with zero is right for the top bit too.
  return table.filter(([bit]) => (value & bit) !== 0).map(([, name]) => name);
}
