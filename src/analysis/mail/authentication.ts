import type { MailMessage } from '../mail-message.ts';
import { parseParameters } from './header-block.ts';

/**
 * What mail servers wrote about SPF, DKIM, DMARC and ARC. As stated: nothing here verifies anything, and a sender can
 * write such headers himself; the host that states a result (`by`) says whose word it is.
 */
export interface AuthenticationResult {
  method: string;
  /** In lower case: pass, fail, softfail, neutral, none, temperror, permerror, policy … */
  result: string;
  /** What the result is about: `smtp.mailfrom=example.com`. */
  about: string[];
  reason?: string;
  /** The server that states it, or the header it comes from. */
  by: string;
  header: string;
}

interface DkimSignature {
  domain: string;
  selector: string;
  algorithm: string;
}

export interface Authentication {
  results: AuthenticationResult[];
  signatures: DkimSignature[];
}

const MAX_RESULTS = 200;
const MAX_LENGTH = 32 * 1024;

/** Reads Authentication-Results (RFC 8601), its ARC twin, Received-SPF and DKIM-Signature headers. Never throws. */
export function readAuthentication(headers: MailMessage['headers']): Authentication {
  const results: AuthenticationResult[] = [];
  const signatures: DkimSignature[] = [];
  for (const header of headers) {
    const value = header.value.slice(0, MAX_LENGTH);
    const name = header.name.toLowerCase();
    if (name === 'authentication-results' || name === 'arc-authentication-results')
      results.push(...readResults(header.name, value));
    else if (name === 'received-spf') results.push(...readReceivedSpf(header.name, value));
    else if (name === 'dkim-signature' && signatures.length < MAX_RESULTS) signatures.push(readSignature(value));
    if (results.length >= MAX_RESULTS) break;
  }
  return { results: results.slice(0, MAX_RESULTS), signatures };
}

/** The first result of a method that a receiving server wrote, newest header first; ARC copies and forwards come later. */
export function statedResult(authentication: Authentication, method: string): AuthenticationResult | undefined {
  const of = authentication.results.filter((result) => result.method === method);
  return of.find((result) => result.header.toLowerCase() === 'authentication-results') ?? of[0];
}

function readResults(header: string, value: string): AuthenticationResult[] {
  const parts = splitOutsideComments(value);
  let by = header;
  const results: AuthenticationResult[] = [];
  for (const [index, part] of parts.entries()) {
    const text = withoutComments(part).trim();
    const method = /^([\w-]{1,40})(?:\/\d+)?\s*=\s*([\w-]{1,40})/.exec(text);
    if (method === null || /^i\s*=\s*\d+$/.test(text)) {
      // The server's name comes first, without an equals sign; Microsoft leaves it out, ARC puts its instance before it.
      if (index < 2 && text !== '' && !text.includes('=')) by = text.split(/\s/, 1)[0] ?? header;
      continue;
    }
    const rest = text.slice(method[0].length);
    const reason = /\breason\s*=\s*(?:"([^"]{0,500})"|(\S{1,200}))/.exec(rest);
    const result: AuthenticationResult = {
      method: (method[1] ?? '').toLowerCase(),
      result: (method[2] ?? '').toLowerCase(),
      about: [
        ...rest.matchAll(/(?:^|\s)((?:smtp|header|body|policy)\.[\w-]{1,40})\s*=\s*("[^"]{0,250}"|[^\s;]{1,250})/g),
      ].map((match) => `${match[1]}=${match[2]}`),
      by,
      header,
    };
    const said = reason?.[1] ?? reason?.[2];
    if (said !== undefined) result.reason = said;
    results.push(result);
  }
  return results;
}

function readReceivedSpf(header: string, value: string): AuthenticationResult[] {
  const result = /^\s*([a-z]{2,12})/i.exec(value)?.[1]?.toLowerCase();
  if (result === undefined) return [];
  const pairs = [...value.matchAll(/\b(client-ip|envelope-from|helo|identity)\s*=\s*("[^"]{0,250}"|[^\s;]{1,250})/gi)];
  const receiver = /\breceiver\s*=\s*"?([^\s;"]{1,250})/i.exec(value)?.[1];
  return [
    {
      method: 'spf',
      result,
      about: pairs.map((match) => `${(match[1] ?? '').toLowerCase()}=${(match[2] ?? '').replaceAll('"', '')}`),
      by: receiver ?? header,
      header,
    },
  ];
}

function readSignature(value: string): DkimSignature {
  // The tags of a signature have the form of parameters once a first value stands before them.
  const { parameters } = parseParameters(`dkim; ${value}`);
  return {
    domain: (parameters.get('d') ?? '').slice(0, 255).toLowerCase(),
    selector: (parameters.get('s') ?? '').slice(0, 255),
    algorithm: (parameters.get('a') ?? '').slice(0, 40),
  };
}

function splitOutsideComments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '(') depth += 1;
    else if (character === ')') depth = Math.max(0, depth - 1);
    else if (character === ';' && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

function withoutComments(text: string): string {
  let out = '';
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    else if (character === ')' && depth > 0) depth -= 1;
    else if (depth === 0) out += character;
  }
  return out;
}
