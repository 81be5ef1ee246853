export interface MailPart {
  type: string;
  body: string | Uint8Array;
  name?: string;
  /** base64 for bytes, as it stands for strings by default. */
  encoding?: 'base64' | 'quoted-printable' | '7bit';
  headers?: string[];
}

/** A mail with the given headers; one part is the body itself, more make a multipart/mixed. */
export function buildMail(headers: string[], parts: MailPart[], boundary = 'b0undary'): Uint8Array {
  const only = parts[0];
  if (parts.length === 1 && only !== undefined && only.name === undefined) {
    return Buffer.from([...headers, ...partHeaders(only), '', bodyOf(only)].join('\r\n'), 'utf8');
  }
  const lines = [...headers, 'MIME-Version: 1.0', `Content-Type: multipart/mixed; boundary="${boundary}"`, ''];
  for (const part of parts) lines.push(`--${boundary}`, ...partHeaders(part), '', bodyOf(part));
  lines.push(`--${boundary}--`, '');
  return Buffer.from(lines.join('\r\n'), 'utf8');
}

function partHeaders(part: MailPart): string[] {
  const encoding = part.encoding ?? (typeof part.body === 'string' ? undefined : 'base64');
  return [
    `Content-Type: ${part.type}${part.name === undefined ? '' : `; name="${part.name}"`}`,
    ...(encoding === undefined ? [] : [`Content-Transfer-Encoding: ${encoding}`]),
    ...(part.name === undefined ? [] : [`Content-Disposition: attachment; filename="${part.name}"`]),
    ...(part.headers ?? []),
  ];
}

function bodyOf(part: MailPart): string {
  if (part.encoding !== 'base64') {
    if (typeof part.body === 'string') return part.body;
    if (part.encoding !== undefined) return Buffer.from(part.body).toString('utf8');
  }
  return Buffer.from(part.body as string)
    .toString('base64')
    .replace(/.{76}/g, '$&\r\n');
}
