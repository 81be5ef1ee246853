/** Processors that we have a filter for, by Node's name. */
export type FilterArch = 'x64' | 'arm64';

/** Numbers of system calls on x86_64 and aarch64; null where the processor has no such call. */
type Numbers = readonly [x64: number, arm64: number | null];

/**
 * What no analyzer needs and what makes the kernel's attack surface small: looking into other processes, keys, new
 * namespaces, mounts, files by handle, loading code into the kernel, the clock, and interfaces with a history of holes.
 */
export const DENIED = {
  acct: [163, 89],
  add_key: [248, 217],
  adjtimex: [159, 171],
  bpf: [321, 280],
  chroot: [161, 51],
  clock_adjtime: [305, 266],
  clock_settime: [227, 112],
  create_module: [174, null],
  delete_module: [176, 106],
  fanotify_init: [300, 262],
  finit_module: [313, 273],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fsopen: [430, 430],
  fspick: [433, 433],
  get_kernel_syms: [177, null],
  init_module: [175, 105],
  ioperm: [173, null],
  iopl: [172, null],
  kcmp: [312, 272],
  kexec_file_load: [320, 294],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  lookup_dcookie: [212, 18],
  modify_ldt: [154, null],
  mount: [165, 40],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  name_to_handle_at: [303, 264],
  nfsservctl: [180, 42],
  open_by_handle_at: [304, 265],
  open_tree: [428, 428],
  open_tree_attr: [467, 467],
  perf_event_open: [298, 241],
  pidfd_getfd: [438, 438],
  pivot_root: [155, 41],
  process_madvise: [440, 440],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  ptrace: [101, 117],
  query_module: [178, null],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  reboot: [169, 142],
  request_key: [249, 218],
  setdomainname: [171, 162],
  sethostname: [170, 161],
  setns: [308, 268],
  settimeofday: [164, 170],
  swapoff: [168, 225],
  swapon: [167, 224],
  sysfs: [139, null],
  syslog: [103, 116],
  umount2: [166, 39],
  unshare: [272, 97],
  uselib: [134, null],
  userfaultfd: [323, 282],
  ustat: [136, null],
  vhangup: [153, 58],
} as const satisfies Record<string, Numbers>;

/** Answered as on a kernel that does not have them, because programs then take another way that works. */
export const MISSING = {
  /** Its flags lie in memory, where a filter cannot look; libraries fall back to clone. */
  clone3: [435, 435],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  io_uring_setup: [425, 425],
} as const satisfies Record<string, Numbers>;

/**
 * What changes the marks of a file by its path, which Landlock does not hold back. Where files are the user's own, these
 * are answered as done and are not: a program that copies a file wants to be told that its mode was copied too.
 */
export const MARKS = {
  chmod: [90, null],
  chown: [92, null],
  fchmodat: [268, 53],
  fchmodat2: [452, 452],
  fchownat: [260, 54],
  futimesat: [261, null],
  lchown: [94, null],
  lremovexattr: [198, 15],
  lsetxattr: [189, 6],
  removexattr: [197, 14],
  setxattr: [188, 5],
  utime: [132, null],
  utimensat: [280, 88],
  utimes: [235, null],
} as const satisfies Record<string, Numbers>;

/** Allowed or not by their arguments. */
export const INSPECTED = {
  clone: [56, 220],
  ioctl: [16, 29],
  personality: [135, 92],
  socket: [41, 198],
} as const satisfies Record<string, Numbers>;

/** The number of a call on a processor, or undefined where it has none. */
export const numberOn = (arch: FilterArch, numbers: Numbers): number | undefined =>
  (arch === 'x64' ? numbers[0] : numbers[1]) ?? undefined;
