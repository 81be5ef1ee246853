import { fileReading, hasKnownExtension } from './file-name.ts';
import { checkHost } from './host-name.ts';

/** Whether the path behind a host without a scheme leads to a page: a file with an extension, or a query. */
export function namesPage(path: string): boolean {
  if (/\?[\w.[\]-]{1,64}=/.test(path)) return true;
  const name = /\/([^/?#]{1,128})(?:[?#].*)?$/.exec(path)?.[1];
  return name !== undefined && fileReading(name) !== 'no' && hasKnownExtension(name, true);
}

/** Whether what follows the first slash is a further host of a list, `evil[.]com/evil[.]net`. */
export function namesHost(path: string): boolean {
  const name = /^\/([\w.-]{1,253})/.exec(path)?.[1] ?? '';
  return name.includes('.') && fileReading(name) === 'no' && !('reason' in checkHost(name));
}
