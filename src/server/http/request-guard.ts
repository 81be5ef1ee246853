/** What of a request decides whether it is let in, before any route is looked at. */
export interface RequestFacts {
  method: string;
  /** Path and query. */
  url: string;
  host: string | undefined;
  origin: string | undefined;
  /** `Sec-Fetch-Site`, where the browser says it. */
  fetchSite: string | undefined;
  isUpgrade: boolean;
  hasSession: boolean;
}

export type Verdict = { isAllowed: true } | { isAllowed: false; status: 401 | 403 | 404 | 405 | 421; why: string };

/** Paths that a browser without a session may ask for: the page that exchanges the launch code, and health. */
const OPEN_PATHS: ReadonlySet<string> = new Set(['/', '/launch', '/launch.js', '/launch.css', '/health']);

const refuse = (status: 401 | 403 | 404 | 405 | 421, why: string): Verdict => ({ isAllowed: false, status, why });

/** The hosts by which a browser on this machine may name us; with the port, or another name could be rebound to us. */
const allowedHosts = (port: number): readonly string[] => [`127.0.0.1:${port}`, `localhost:${port}`];

/**
 * The one gate of the web host. A foreign page must not reach us by its own name (DNS rebinding: Host), by ours
 * (cross-site request: Origin, Sec-Fetch-Site), and nothing but the launch page answers without a session.
 */
export function judgeRequest(request: RequestFacts, port: number): Verdict {
  const { host, origin } = request;
  if (host === undefined || !allowedHosts(port).includes(host)) return refuse(421, 'host');
  if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'POST') return refuse(405, 'method');
  const path = request.url.split('?', 1)[0]!;

  // Exactly the origin of the address that was asked for: `http://localhost` may not speak for `http://127.0.0.1`.
  if (origin !== undefined && origin !== `http://${host}`) return refuse(403, 'origin');
  const needsOrigin = request.method === 'POST' || request.isUpgrade;
  if (needsOrigin && origin === undefined) return refuse(403, 'origin missing');

  // A navigation may come from anywhere (the launch file, an address that was typed); a part of the page may not.
  const isPage = path === '/' && !needsOrigin;
  if (!isPage && request.fetchSite !== undefined && request.fetchSite !== 'same-origin' && request.fetchSite !== 'none')
    return refuse(403, 'cross-site');

  if (!request.hasSession && !OPEN_PATHS.has(path)) return refuse(401, 'session');
  return { isAllowed: true };
}
