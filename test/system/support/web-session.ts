import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';

export interface WebSession {
  /** Uploads a body as the window does. */
  upload(name: string, body: string | Uint8Array): Promise<{ status: number; body: string }>;
  /** An upload whose body the test writes piece by piece. */
  beginUpload(name: string): ClientRequest;
}

/** Exchanges the launch code for the cookie, as a browser would. */
export async function openWebSession(launchUrl: string): Promise<WebSession> {
  const { origin, hash } = new URL(launchUrl);
  const ask = (path: string, headers: Record<string, string>): ClientRequest =>
    request(`${origin}${path}`, { method: 'POST', headers: { origin, ...headers } });
  const launch = ask('/launch', { 'content-type': 'text/plain' });
  launch.end(hash.slice('#code='.length));
  const [answer] = (await once(launch, 'response')) as [IncomingMessage];
  answer.resume();
  const cookie = answer.headers['set-cookie']?.[0]?.split(';', 1)[0];
  if (answer.statusCode !== 204 || cookie === undefined) throw new Error(`launch was answered ${answer.statusCode}`);
  const beginUpload = (name: string): ClientRequest =>
    ask(`/upload?name=${encodeURIComponent(name)}`, { cookie, 'content-type': 'application/octet-stream' });
  return {
    beginUpload,
    async upload(name, body) {
      const upload = beginUpload(name);
      upload.end(body);
      const [response] = (await once(upload, 'response')) as [IncomingMessage];
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      return { status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') };
    },
  };
}
