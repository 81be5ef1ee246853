import { formsOf } from '../../secrets/secret-forms.ts';
import { createTextMatcher } from '../../secrets/text-matcher.ts';

/**
 * Takes secrets out of text by their value, in every common encoding. By value, because stock analyzers return `token`,
 * `smtp_pwd` and proxy passwords under names that nobody thought of.
 */
export const REDACTED = '[redacted]';

/** Made once for the secrets of a run; each text takes one pass, however many secrets there are. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const words = secrets.flatMap((secret) => formsOf(secret).map((text) => ({ text, owner: 0 })));
  if (words.length === 0) return (text) => text;
  const matcher = createTextMatcher(words);
  return (text) => {
    const found = matcher.stretches(text);
    if (found.length === 0) return text;
    const parts: string[] = [];
    let at = 0;
    for (let i = 0; i < found.length; i += 2) {
      parts.push(text.slice(at, found[i]), REDACTED);
      at = found[i + 1]!;
    }
    parts.push(text.slice(at));
    return parts.join('');
  };
}

export const redact = (text: string, secrets: readonly string[]): string => createRedactor(secrets)(text);
