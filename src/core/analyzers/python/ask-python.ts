import { homedir } from 'node:os';
import { dirname, sep } from 'node:path';
import { realpathSync, statSync } from 'node:fs';
import type { Reason } from '../../../shared/contract/entities.ts';
import type { Broker } from '../../engine/broker/broker-client.ts';

/** A Python that was asked once what it is. */
export interface Python {
  /** The real executable, never the shim of a version manager (a shim costs 160 ms a job). */
  path: string;
  version: string;
  /** Folders it needs to read. */
  readOnly: string[];
  /** What its environment needs, beyond the usual. */
  env: Record<string, string>;
  /** The folder or bundled archive that can be run as pip; undefined where there is none. */
  pip: string | undefined;
  hasVenv: boolean;
}

const ASK = `import glob,importlib.util as u,json,os,site,sys
pip=None
s=u.find_spec("pip")
if s and s.origin: pip=os.path.dirname(s.origin)
elif u.find_spec("ensurepip"):
  w=sorted(glob.glob(os.path.join(os.path.dirname(u.find_spec("ensurepip").origin),"_bundled","pip-*.whl")))
  if w: pip=os.path.join(w[-1],"pip")
print(json.dumps({"executable":sys.executable,"version":sys.version.split()[0],"prefixes":[sys.prefix,sys.base_prefix,sys.exec_prefix],"userBase":site.getuserbase(),"userSite":site.getusersitepackages() if site.ENABLE_USER_SITE else None,"pip":pip,"venv":bool(u.find_spec("venv"))}))`;

interface Said {
  executable: string;
  version: string;
  prefixes: string[];
  userBase: string;
  userSite: string | null;
  pip: string | null;
  venv: boolean;
}

/** Starts the Python at `path` once, outside the sandbox, with none of anybody's code. Never rejects. */
export async function askPython(broker: Broker, path: string, searchPath: string): Promise<Python | Reason> {
  const { ended } = await broker.startOwn({
    file: path,
    // Shims read their configuration from the home folder.
    args: ['-c', ASK],
    env: { PATH: searchPath, HOME: homedir(), LANG: 'C.UTF-8' },
    cwd: '/',
    hasStdin: false,
    isStreamed: false,
    outputCap: 65_536,
    wallMs: 10_000,
    graceMs: 0,
    isNamespace: false,
  }).ended;
  try {
    const said = JSON.parse(ended.stdout) as Said;
    // Packages the user installed for themselves; never the whole of ~/.local, which holds keyrings too.
    const userSite = said.userSite !== null && isFolder(said.userSite) ? said.userSite : undefined;
    const folders = [
      ...said.prefixes,
      dirname(realpathSync(said.executable)),
      ...(userSite === undefined ? [] : [userSite]),
    ];
    return {
      path: said.executable,
      version: said.version,
      readOnly: [...new Set(folders)].filter(isNarrow),
      env: userSite === undefined ? {} : { PYTHONUSERBASE: said.userBase },
      pip: said.pip ?? undefined,
      hasVenv: said.venv,
    };
  } catch {
    const said = ended.stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
    return { code: 'interpreter_broken', message: `${path} does not run: ${said || ended.message || ended.cause}.` };
  }
}

/** /usr is there anyway; and nothing may show a whole home folder or the whole disk to an analyzer. */
function isNarrow(folder: string): boolean {
  if (folder === '/usr' || folder.startsWith('/usr/')) return false;
  const home = homedir();
  return folder !== '/' && folder !== home && !home.startsWith(`${folder}${sep}`);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
