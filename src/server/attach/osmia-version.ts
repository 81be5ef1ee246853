import { readFileSync } from 'node:fs';

/** From the manifest at the root of the checkout or package, so that it is written once. */
export const osmiaVersion = (
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
