import { AppError } from '../errors.ts';

/** In UTF-16 units: what one call takes, and how much is looked at twice so that no secret is cut in two. */
const PART = 4 * 2 ** 20;
const OVERLAP = 2 ** 17;

/** Before a text leaves the sealed workspace as a file: rejects with `export.holds_secret` where a secret stands in it. */
export async function refuseSecrets(
  text: string,
  scan: (input: { text: string }) => Promise<{ found: readonly { label: string }[] }>,
): Promise<void> {
  for (let at = 0; at === 0 || at < text.length; at += PART) {
    const { found } = await scan({ text: text.slice(Math.max(0, at - OVERLAP), at + PART) });
    if (found.length === 0) continue;
    throw new AppError(
      'export.holds_secret',
      `It holds ${found.map(({ label }) => label).join(', ')}. Leave out what holds it, or replace the secret first.`,
    );
  }
}
