import { describe, expect, it } from 'vitest';
import { judgeRequest, type RequestFacts } from './request-guard.ts';

const PORT = 4711;
const GOOD = '127.0.0.1:4711';
const OURS = 'http://127.0.0.1:4711';
const ws = { isUpgrade: true, url: '/rpc' } as const;
const post = { method: 'POST', url: '/upload?name=a' } as const;

/** What is not said is a plain GET of the page, from the right host, by a browser with a session. */
type Row = [name: string, facts: Partial<RequestFacts>, status: number];

const ROWS: Row[] = [
  // Host
  ['the loopback address', {}, 200],
  ['localhost', { host: 'localhost:4711' }, 200],
  ['no host', { host: undefined }, 421],
  ['an empty host', { host: '' }, 421],
  ['without the port', { host: '127.0.0.1' }, 421],
  ['another port', { host: '127.0.0.1:4712' }, 421],
  ['a rebound name', { host: 'evil.example:4711' }, 421],
  ['a name that ends like ours', { host: 'evil.localhost:4711' }, 421],
  ['a name that starts like ours', { host: '127.0.0.1.evil.example:4711' }, 421],
  ['localhost with a dot', { host: 'localhost.:4711' }, 421],
  ['upper case', { host: 'LOCALHOST:4711' }, 421],
  ['IPv6', { host: '[::1]:4711' }, 421],
  ['the whole network', { host: '0.0.0.0:4711' }, 421],
  ['another loopback address', { host: '127.0.0.2:4711' }, 421],
  ['a decimal address', { host: '2130706433:4711' }, 421],
  ['user info', { host: 'a@127.0.0.1:4711' }, 421],
  ['two hosts', { host: '127.0.0.1:4711, evil.example' }, 421],
  ['a space behind', { host: '127.0.0.1:4711 ' }, 421],
  // Origin
  ['our origin', { origin: OURS }, 200],
  ['our other name', { origin: 'http://localhost:4711' }, 403],
  ['both by the other name', { host: 'localhost:4711', origin: 'http://localhost:4711' }, 200],
  ['https', { origin: 'https://127.0.0.1:4711' }, 403],
  ['another port of this machine', { origin: 'http://127.0.0.1:4712' }, 403],
  ['a foreign page', { origin: 'https://evil.example' }, 403],
  ['the null origin', { origin: 'null' }, 403],
  ['an empty origin', { origin: '' }, 403],
  ['our origin and more', { origin: `${OURS}.evil.example` }, 403],
  ['a path behind it', { origin: `${OURS}/` }, 403],
  // What must say where it comes from
  ['POST from us', { ...post, origin: OURS }, 200],
  ['POST without origin', { ...post }, 403],
  ['POST from a form elsewhere', { ...post, origin: 'https://evil.example' }, 403],
  ['POST from a file', { ...post, origin: 'null' }, 403],
  ['upgrade from us', { ...ws, origin: OURS }, 200],
  ['upgrade without origin', { ...ws }, 403],
  ['upgrade from elsewhere', { ...ws, origin: 'https://evil.example' }, 403],
  ['upgrade of the page', { isUpgrade: true }, 403],
  // Sec-Fetch-Site
  ['a link elsewhere leads to the page', { fetchSite: 'cross-site' }, 200],
  ['a foreign page loads a part', { url: '/assets/a.js', fetchSite: 'cross-site' }, 403],
  ['a page on another port loads a part', { url: '/assets/a.js', fetchSite: 'same-site' }, 403],
  ['our page loads a part', { url: '/assets/a.js', fetchSite: 'same-origin' }, 200],
  // Session
  ['the page without a session (it is the launch page)', { hasSession: false }, 200],
  ['the launch script without a session', { url: '/launch.js', hasSession: false }, 200],
  ['health without a session', { url: '/health', hasSession: false }, 200],
  ['a launch without a session', { method: 'POST', url: '/launch', origin: OURS, hasSession: false }, 200],
  ['a part without a session', { url: '/assets/a.js', hasSession: false }, 401],
  ['RPC without a session', { ...ws, origin: OURS, hasSession: false }, 401],
  ['an upload without a session', { ...post, origin: OURS, hasSession: false }, 401],
  ['an unknown path without a session', { url: '/launch/x', hasSession: false }, 401],
  ['a whole address as path', { url: 'http://evil.example/', hasSession: false }, 401],
  // Method
  ['PUT', { method: 'PUT', origin: OURS }, 405],
  ['OPTIONS', { method: 'OPTIONS', origin: 'https://evil.example' }, 405],
  ['TRACE', { method: 'TRACE' }, 405],
];

describe('the guard of the web host', () => {
  it.each(ROWS)('%s', (_name, facts, status) => {
    const request: RequestFacts = {
      method: 'GET',
      url: '/',
      host: GOOD,
      origin: undefined,
      fetchSite: undefined,
      isUpgrade: false,
      hasSession: true,
      ...facts,
    };
    const verdict = judgeRequest(request, PORT);
    expect(verdict.isAllowed ? 200 : verdict.status).toBe(status);
  });
});
