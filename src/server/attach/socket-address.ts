import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';

/** `sun_path` holds 104 bytes on macOS and 108 on Linux, with its closing zero. */
const LONGEST_PATH = process.platform === 'darwin' ? 103 : 107;

/** Where the holder of the workspace at `dir` listens; makes the private folder of it. Errors: `forbidden`. */
export function listenAddress(dir: string): string {
  if (process.platform === 'win32') {
    // A pipe's name is public and may be taken by anybody: a random one, told in a folder that only the user can read.
    const name = `\\\\.\\pipe\\osmia-${randomBytes(16).toString('hex')}`;
    makePrivateFolder(join(dir, 'run'));
    writeFileSync(join(dir, 'run', 'pipe'), name, { mode: 0o600 });
    return name;
  }
  const path = socketPath(dir);
  makePrivateFolder(join(path, '..'));
  return path;
}

/** Where a client finds the holder, or undefined where nobody can be listening. */
export function connectAddress(dir: string): string | undefined {
  try {
    if (process.platform === 'win32') return readFileSync(join(dir, 'run', 'pipe'), 'utf8');
    const path = socketPath(dir);
    assertPrivateFolder(join(path, '..'));
    return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function socketPath(dir: string): string {
  const folder = realpathSync(dir);
  const usual = join(folder, 'run', 'core.sock');
  if (Buffer.byteLength(usual) <= LONGEST_PATH) return usual;
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 24);
  return join(process.env['XDG_RUNTIME_DIR'] ?? tmpdir(), `osmia-${userInfo().uid}-${digest}`, 's');
}

function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.platform === 'win32') return;
  // In a shared temporary folder somebody may have made it first.
  assertOwned(folder);
  chmodSync(folder, 0o700);
}

function assertPrivateFolder(folder: string): void {
  const mode = assertOwned(folder);
  if ((mode & 0o077) !== 0) throw notPrivate(folder);
}

/** Returns the mode. A symbolic link in its place is refused, wherever it leads. */
function assertOwned(folder: string): number {
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || stat.uid !== userInfo().uid) throw notPrivate(folder);
  return stat.mode;
}

const notPrivate = (folder: string): AppError =>
  new AppError('forbidden', `${folder} is not a private folder of yours, so Osmia does not use it. Remove it.`);
