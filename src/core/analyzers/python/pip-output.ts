import type { Reason } from '../../../shared/contract/entities.ts';

const NO_ANSWER =
  /NewConnectionError|Failed to establish a new connection|Name or service not known|Temporary failure in name resolution|Network is unreachable|nodename nor servname|ConnectTimeoutError|ReadTimeoutError|ProxyError|Could not resolve host|unable to access '/i;

/**
 * Why pip failed, in one line that says what to do. pip itself calls a missing link "no version found", so what it says
 * of connections is read first.
 */
export function pipFailure(output: string, hosts: readonly string[]): Reason {
  const where = hosts.join(', ') || 'the package index';
  if (/Cannot find command 'git'/.test(output))
    return { code: 'no_git', message: 'A requirement comes from a git repository, and git is not installed.' };
  if (/SSLError|CERTIFICATE_VERIFY_FAILED/.test(output))
    return {
      code: 'certificate',
      message: `The certificate of ${where} is not trusted here. A proxy that opens connections needs its CA in pip's own settings (cert).`,
    };
  if (/DO NOT MATCH THE HASHES/.test(output))
    return {
      code: 'tampered',
      message: `A package from ${where} is not what the index says it is. Nothing was installed.`,
    };
  if (NO_ANSWER.test(output))
    return { code: 'no_link', message: `${where} does not answer. Is there a link? Nothing was installed.` };
  const python = /requires a different Python: (\S+) not in '([^']+)'/.exec(output);
  const missing = /No matching distribution found for ([^\s;]+)/.exec(output)?.[1];
  if (missing !== undefined) {
    const offered = /\(from versions: ([^)]*)\)/.exec(output)?.[1] ?? '';
    const known = offered === '' || offered === 'none' ? 'it has none that fits' : `it has ${clip(offered, 200)}`;
    return {
      code: 'no_such_version',
      message: `There is no ${clip(missing, 100)} on ${where} (${known}).${python ? ` Python here is ${python[1]}, and it wants ${python[2]}.` : ''}`,
    };
  }
  if (/ResolutionImpossible|conflicting dependencies/.test(output))
    return { code: 'conflict', message: `The requirements contradict each other: ${clip(lastError(output), 300)}` };
  const unbuilt =
    /Failed (?:building wheel for|to build(?: installable wheels for some pyproject\.toml based projects \()?) ?\(?([A-Za-z0-9._-]+)/.exec(
      output,
    )?.[1];
  if (unbuilt !== undefined || /subprocess-exited-with-error|metadata-generation-failed/.test(output))
    return {
      code: 'build_failed',
      message: `${unbuilt ?? 'A package'} comes without a ready package for this machine and could not be built here: ${clip(lastError(output), 300)}`,
    };
  if (/No space left on device/.test(output)) return { code: 'disk.full', message: 'The disk is full.' };
  return { code: 'pip_failed', message: `pip could not do it: ${clip(lastError(output), 300)}` };
}

/** What pip is at, in words; undefined for lines that say nothing new. */
export function pipStep(line: string): string | undefined {
  const said = /^\s*(Collecting|Downloading|Building wheel for|Cloning|Installing collected packages:?)\s+(\S+)/.exec(
    line,
  );
  if (said === null) return undefined;
  const [, verb = '', what = ''] = said;
  const name = what.slice(what.lastIndexOf('/') + 1);
  switch (verb) {
    case 'Collecting':
      return `Looking for ${clip(what, 100)}`;
    case 'Downloading':
      return `Fetching ${clip(name, 100)}`;
    case 'Cloning':
      return `Fetching ${clip(name, 100)} from its repository`;
    case 'Building wheel for':
      return `Building ${clip(what, 100)}`;
    default:
      return 'Installing';
  }
}

function lastError(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.findLast((line) => /^(?:ERROR|error):? /.test(line)) ?? lines.findLast((line) => line !== '') ?? '';
}

const clip = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length)}…`);
