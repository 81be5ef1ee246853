/**
 * Takes secrets out of text by their value: as it is, URL-encoded, in base64 and inside JSON. By value, because stock
 * analyzers return `token`, `smtp_pwd` and proxy passwords under names that nobody thought of.
 */
export const REDACTED = '[redacted]';

/** Shorter values are not replaced: they would be found everywhere. */
const MIN_LENGTH = 4;

export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const form of formsOf(secrets)) if (clean.includes(form)) clean = clean.replaceAll(form, REDACTED);
  return clean;
}

/** Longest first, so that a secret that contains another goes as a whole. */
export function formsOf(secrets: readonly string[]): string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < MIN_LENGTH) continue;
    const bytes = Buffer.from(secret, 'utf8');
    forms.add(secret);
    forms.add(encodeURIComponent(secret));
    forms.add(encodeURIComponent(secret).replaceAll('%20', '+'));
    forms.add(JSON.stringify(secret).slice(1, -1));
    forms.add(bytes.toString('base64'));
    forms.add(bytes.toString('base64').replace(/=+$/, ''));
    forms.add(bytes.toString('base64url'));
    forms.add(bytes.toString('hex'));
  }
  return [...forms].filter((form) => form.length >= MIN_LENGTH).sort((a, b) => b.length - a.length);
}
