import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Broker } from '../../engine/broker/broker-client.ts';
import type { Python } from './ask-python.ts';

/** Where pip fetches packages from, and what it needs for that. */
export interface PipSource {
  /** Arguments of pip that name it. */
  args: string[];
  /** Hosts it asks; empty where everything lies on this disk. */
  hosts: string[];
  /** Files and folders that pip reads. */
  readOnly: string[];
  /** The proxies of this session. */
  env: Record<string, string>;
}

const ASK = `import sys
sys.path.insert(0, sys.argv[1])
from pip._internal.models.index import PyPI
print(PyPI.simple_url)`;

/**
 * The user's own pip settings (index, mirror, proxy, certificates), or the index that was named for this once. pip itself
 * runs isolated from them, so that what is shown is what is used. Never rejects: without an answer pip's default is used.
 */
export async function pipSource(
  broker: Broker,
  python: Python & { pip: string },
  options: { searchPath: string; environment: Record<string, string | undefined>; index: string | undefined },
): Promise<PipSource> {
  const run = async (args: string[]): Promise<string> => {
    const { ended } = await broker.startOwn({
      file: python.path,
      args,
      env: { PATH: options.searchPath, HOME: homedir(), LANG: 'C.UTF-8', ...variables(options.environment, /^PIP_/) },
      cwd: '/',
      hasStdin: false,
      isStreamed: false,
      outputCap: 65_536,
      wallMs: 15_000,
      graceMs: 0,
      isNamespace: false,
    }).ended;
    return ended.cause === 'exited' && ended.code === 0 ? ended.stdout : '';
  };
  const settings = readSettings(await run([python.pip, 'config', 'list']));
  const args: string[] = [];
  const readOnly: string[] = [];
  const env = variables(options.environment, /^(https?_proxy|no_proxy)$/i);
  const hosts = new Set<string>();
  const place = (option: string, address: string): void => {
    args.push(option, address);
    const local = localPath(address);
    if (local !== undefined) readOnly.push(local);
    else hosts.add(hostOf(address));
  };
  for (const name of ['cert', 'proxy', 'client-cert'] as const) {
    for (const value of settings.get(name) ?? []) {
      args.push(`--${name}`, value);
      if (name !== 'proxy') readOnly.push(value);
    }
  }
  for (const value of settings.get('trusted-host') ?? []) args.push('--trusted-host', value);
  if (options.index !== undefined) {
    place('--index-url', options.index);
    return { args, hosts: [...hosts], readOnly, env };
  }
  const isWithoutIndex = settings.get('no-index')?.some((value) => /^(1|true|yes|on)$/i.test(value)) === true;
  if (isWithoutIndex) args.push('--no-index');
  else {
    const named = settings.get('index-url')?.at(-1);
    if (named !== undefined) place('--index-url', named);
    else {
      const usual = (await run(['-c', ASK, parentOf(python.pip)])).trim();
      if (usual.startsWith('https://')) hosts.add(hostOf(usual));
      else hosts.add("pip's own index");
    }
    for (const value of settings.get('extra-index-url') ?? []) place('--extra-index-url', value);
  }
  for (const value of settings.get('find-links') ?? []) place('--find-links', value);
  return { args, hosts: [...hosts], readOnly, env };
}

/** `pip config list`: one `scope.name='value'` a line; later scopes win, several values stand in one with spaces. */
function readSettings(text: string): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const said = /^(?:global|install|wheel|download|:env:)\.([a-z-]+)=(['"])(.*)\2$/.exec(line.trim());
    if (said === null) continue;
    const [, name = '', , value = ''] = said;
    settings.set(
      name,
      value.split(/(?:\\n|\s)+/).filter((one) => one !== ''),
    );
  }
  return settings;
}

const variables = (environment: Record<string, string | undefined>, names: RegExp): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).filter(
      (pair): pair is [string, string] => names.test(pair[0]) && pair[1] !== undefined,
    ),
  );

const parentOf = (pip: string): string => pip.slice(0, pip.lastIndexOf('/'));

function localPath(address: string): string | undefined {
  if (address.startsWith('/')) return address;
  try {
    return address.startsWith('file:') ? fileURLToPath(address) : undefined;
  } catch {
    return undefined;
  }
}

/** Without what may stand before the @: a mirror's address can hold a password. */
function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return 'an unreadable address';
  }
}
