import { basename, join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { createTransport } from 'nodemailer';
import { type Job, textOf } from './job.ts';
import type { Message } from './message.ts';

/** How mails are sent; `requireTLS` and a checked certificate are not up for choice where a password goes along. */
export interface Way {
  host: string;
  port: number;
  security: 'starttls' | 'tls' | 'none';
  user: string | undefined;
  password: string | undefined;
  timeoutMs: number;
  /** PEM texts to trust beside the system's. */
  ca: string | undefined;
  /** The sandbox's own proxy, which lets this one server through. */
  proxy: string | undefined;
}

/** Throws an Error in words where a setting is missing or forbidden. */
export function wayOf({ config }: Job, env: Readonly<Record<string, string | undefined>>): Way {
  const host = textOf(config['smtp_host']);
  if (host === undefined || /[\s/@]/.test(host))
    throw new Error('The setting "smtp_host" is not the name of a server.');
  const port = Number(config['smtp_port'] ?? 587);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error('The setting "smtp_port" is not a port.');
  const security = textOf(config['security']) ?? 'starttls';
  if (security !== 'starttls' && security !== 'tls' && security !== 'none')
    throw new Error('The setting "security" is starttls, tls or none.');
  const user = textOf(config['smtp_user']);
  const password = textOf(config['smtp_pwd']);
  if (security === 'none' && user !== undefined)
    throw new Error('A password is never sent in clear. Choose starttls or tls, or take the user out.');
  if (user !== undefined && password === undefined) throw new Error('There is a user, but no password ("smtp_pwd").');
  const seconds = Number(config['timeout_seconds'] ?? 30);
  return {
    host,
    port,
    security,
    user,
    password,
    timeoutMs: 1_000 * Math.min(120, Math.max(1, Number.isFinite(seconds) ? seconds : 30)),
    ca: textOf(config['cacerts']),
    proxy: env['https_proxy'] ?? env['HTTPS_PROXY'],
  };
}

/** The server had the whole text, or part of it, when it fell silent. */
export class MaybeSent extends Error {}

/**
 * Sends one mail. Resolves with what the server said and whom it took; rejects with an Error in words otherwise, and
 * with `MaybeSent` where the mail may be out all the same.
 * `folder` is the job's.
 */
export async function send(
  way: Way,
  message: Message,
  attachments: Job['attachments'],
  folder: string,
): Promise<{ response: string; accepted: string[]; rejected: string[] }> {
  let hasBegun = false;
  const watch = (entry: { tnx?: unknown }, text: unknown): void => {
    if (entry.tnx === 'client' && text === 'DATA') hasBegun = true;
  };
  const transport = createTransport({
    host: way.host,
    port: way.port,
    secure: way.security === 'tls',
    requireTLS: way.security === 'starttls',
    ignoreTLS: way.security === 'none',
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true, ca: trusted(way.ca) },
    ...(way.user === undefined ? {} : { auth: { user: way.user, pass: way.password ?? '' } }),
    ...(way.proxy === undefined ? {} : { proxy: way.proxy }),
    connectionTimeout: way.timeoutMs,
    greetingTimeout: way.timeoutMs,
    socketTimeout: way.timeoutMs,
    // A mail is what was shown: nothing is read from elsewhere while it is made.
    disableFileAccess: false,
    disableUrlAccess: true,
    transactionLog: true,
    logger: {
      level: () => undefined,
      trace: watch,
      debug: watch,
      info: watch,
      warn: watch,
      error: watch,
      fatal: watch,
    },
  });
  try {
    const sent = await transport.sendMail({
      from: message.from,
      to: message.to,
      subject: message.subject,
      text: message.text,
      headers: { 'Auto-Submitted': 'auto-generated' },
      attachments: attachments.map(({ file, filename, contentType }) => ({
        path: join(folder, 'input', basename(file)),
        filename,
        contentType,
      })),
    });
    return {
      response: sent.response.slice(0, 500),
      accepted: sent.accepted.map(addressText),
      rejected: sent.rejected.map(addressText),
    };
  } catch (error) {
    const isAnswered = (error as { responseCode?: number }).responseCode !== undefined;
    if (hasBegun && !isAnswered) {
      throw new MaybeSent(`${way.host}:${way.port} fell silent after the text was sent, and may have the mail.`, {
        cause: error,
      });
    }
    throw new Error(inWords(way, error), { cause: error });
  } finally {
    transport.close();
  }
}

const trusted = (own: string | undefined): string[] => [
  ...getCACertificates('default'),
  ...getCACertificates('system'),
  ...(own === undefined ? [] : [own]),
];

const addressText = (address: string | { address: string }): string =>
  typeof address === 'string' ? address : address.address;

/** What failed, where, and whether the mail may be out. */
function inWords(way: Way, error: unknown): string {
  const { code, response, message } = error as {
    code?: string;
    response?: string;
    message?: string;
  };
  const server = `${way.host}:${way.port}`;
  const said = (response ?? message ?? String(error)).slice(0, 300);
  if (/certificate|self.signed|altname|CERT_/i.test(`${message ?? ''} ${code ?? ''}`))
    return `The certificate of ${server} was not accepted, so nothing was sent: ${said}`;
  switch (code) {
    case 'EAUTH':
      return `${server} did not accept the user or the password: ${said}`;
    case 'EENVELOPE':
      return `${server} did not accept the sender or a recipient: ${said}`;
    case 'ETLS':
      return `${server} offers no encryption that can be used, so nothing was sent: ${said}`;
    case 'ETIMEDOUT':
      return `${server} did not answer in ${way.timeoutMs / 1_000} s, so nothing was sent.`;
    case 'ECONNECTION':
    case 'ESOCKET':
    case 'EDNS':
    case 'ECONNREFUSED':
      return `${server} could not be reached: ${said}`;
    default:
      return `${server} did not take the mail: ${said}`;
  }
}
