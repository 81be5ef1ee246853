/** Shorter values are not looked for: they would be found everywhere. In UTF-16 units. */
export const MIN_SECRET = 4;
/** The same for what an encoding leaves of one. */
const MIN_FORM = 6;

/**
 * The texts under which a secret may come back: as it is, URL-encoded (each common way), in JSON, HTML, hex, and base64
 * at each of the three places where it can start in a longer text, as in `Basic base64("user:secret")`.
 */
export function formsOf(secret: string): string[] {
  if (secret.length < MIN_SECRET) return [];
  const forms = new Set<string>();
  const add = (form: string): void => {
    if (form.length >= MIN_FORM) forms.add(form);
  };
  for (const url of urlForms(secret)) {
    add(url);
    add(url.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
  }
  const json = JSON.stringify(secret).slice(1, -1);
  add(json);
  add(json.replaceAll('/', '\\/'));
  add(json.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`));
  const html = secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  add(html);
  add(html.replaceAll("'", '&#39;'));
  add(html.replaceAll("'", '&#x27;'));
  const bytes = Buffer.from(secret, 'utf8');
  const hex = bytes.toString('hex');
  add(hex);
  add(hex.toUpperCase());
  for (const text of base64Forms(bytes)) {
    add(text);
    add(text.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return [secret, ...[...forms].filter((form) => form !== secret)];
}

function urlForms(secret: string): string[] {
  // A lone surrogate has no URL form.
  const component = encodeURIComponent(secret.toWellFormed());
  const strict = component.replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const path = component.replaceAll('%2F', '/');
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  return [component, strict, path, form, ...[component, strict].map((text) => text.replaceAll('%20', '+'))];
}

function base64Forms(bytes: Buffer): string[] {
  const forms = [bytes.toString('base64')];
  for (const before of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // The first characters hold bits of what stands before, the last one of what follows.
    const whole = Math.floor(((before + bytes.length) * 8) / 6);
    forms.push(text.slice(Math.ceil((before * 8) / 6), whole));
  }
  return forms;
}
