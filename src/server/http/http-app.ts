import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import cookies from '@fastify/cookie';
import files from '@fastify/static';
import sockets from '@fastify/websocket';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { AppError, toWireError } from '../../shared/errors.ts';
import type { Port } from '../../shared/rpc/port.ts';
import { LAUNCH_PAGE, LAUNCH_SCRIPT, LAUNCH_STYLE } from './launch-page.ts';
import { createLaunchCodes, type LaunchCodes } from './launch-codes.ts';
import { renderPage } from './renderer-files.ts';
import { judgeRequest } from './request-guard.ts';
import { MAX_MESSAGE_BYTES, portFromWebSocket } from './rpc-socket.ts';
import { securityHeaders } from './security-headers.ts';
import { createSessions } from './sessions.ts';
import { readUpload, statusOf, type UploadRequest } from './upload.ts';

export interface HttpAppDeps {
  /** Folder of the built renderer; `index.html` in it carries the nonce placeholder. */
  rendererDir: string;
  /** 0 lets the system choose. */
  port: number;
  monotonic(): number;
  /** How long a client may take to send its headers; 10 s unless said. */
  headersTimeoutMs?: number;
  /** Takes a window's connection; called only for one that passed every guard. */
  onWindow(port: Port): void;
  /** Takes the bytes of a dropped file; returns the intake's id. */
  onUpload(upload: UploadRequest, signal: AbortSignal): Promise<string>;
  /** A bug: returns the id under which it was logged. */
  onBug(error: unknown, where: string): string;
}

export interface HttpApp {
  /** Binds 127.0.0.1 and returns the port. Errors: `conflict` when the port is taken. */
  listen(): Promise<number>;
  codes: LaunchCodes;
  close(): Promise<void>;
}

const COOKIE = 'osmia';
/** The only body besides an upload is a launch code. */
const SMALL_BODY = 256;

const newNonce = (): string => randomBytes(16).toString('base64');

/** The web host's HTTP side: the page, the RPC socket, uploads and health, each behind the same guard. */
export async function createHttpApp(deps: HttpAppDeps): Promise<HttpApp> {
  const codes = createLaunchCodes(deps);
  const sessions = createSessions();
  let boundPort = 0;

  const app = fastify({
    logger: false,
    bodyLimit: SMALL_BODY,
    trustProxy: false,
    // An upload may take hours; a silent one may not (connectionTimeout), nor may slow headers (headersTimeout below).
    requestTimeout: 0,
    connectionTimeout: 60_000,
    keepAliveTimeout: 5_000,
    forceCloseConnections: true,
    http: {
      maxHeaderSize: 16_384,
      headersTimeout: deps.headersTimeoutMs ?? 10_000,
      connectionsCheckingInterval: 1_000,
    },
    // An address that cannot be decoded reaches no hook; it gets the same headers.
    frameworkErrors: (_error, _request, reply) => {
      reply.raw.writeHead(400, { ...securityHeaders(newNonce()), connection: 'close' });
      reply.raw.end('Refused');
    },
    clientErrorHandler: (_error, socket) => {
      if (socket.writable)
        socket.end('HTTP/1.1 400 Bad Request\r\ncache-control: no-store\r\nconnection: close\r\n\r\n');
    },
  });
  app.server.maxConnections = 256;

  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('Not found'));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    // Fastify's own refusals (a body too large, a wrong media type) carry a 4xx; their text names nothing of ours.
    if (!(error instanceof AppError) && error.statusCode !== undefined && error.statusCode < 500) {
      return reply.code(error.statusCode).type('text/plain').send('Refused');
    }
    const wire = toWireError(error, () => deps.onBug(error, request.routeOptions.url ?? 'http'));
    // The rest of a refused upload is not read: the connection ends with the answer.
    return reply.code(statusOf(wire.code)).header('connection', 'close').send({ error: wire });
  });

  await app.register(cookies);
  // Before the guard: a refused upgrade is a socket that only this plugin knows how to end.
  await app.register(sockets, {
    options: { maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false, clientTracking: true },
    preClose: (done) => {
      for (const client of app.websocketServer.clients) client.close(1001, 'Osmia is closing');
      app.websocketServer.close();
      done();
    },
    errorHandler: (_error, socket) => socket.terminate(),
  });
  guard(app, () => boundPort, sessions.isOpen);
  await addLaunchRoutes(app, codes, sessions.open, sessions.isOpen, deps.rendererDir);
  await app.register(files, {
    // One folder of built files, whose names are hashes; the page itself is served by its own route, with its nonce.
    root: join(deps.rendererDir, 'assets'),
    prefix: '/assets/',
    allowedPath: (path) => !path.endsWith('.map'),
    index: false,
    redirect: false,
    cacheControl: false,
    etag: false,
    lastModified: false,
    dotfiles: 'ignore',
  });
  app.get('/rpc', { websocket: true }, (socket) => deps.onWindow(portFromWebSocket(socket)));
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The body is not buffered: it stays a stream that the core pulls.
    scope.addContentTypeParser('*', (_request, body, done) => done(null, body));
    scope.post('/upload', { bodyLimit: Number.MAX_SAFE_INTEGER }, async (request, reply) => {
      const controller = new AbortController();
      const gone = (): void => {
        if (!reply.raw.writableFinished) controller.abort();
      };
      reply.raw.once('close', gone);
      return { id: await deps.onUpload(readUpload(request), controller.signal) };
    });
  });

  return {
    codes,
    async listen() {
      try {
        await app.listen({ host: '127.0.0.1', port: deps.port });
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
        throw new AppError('conflict', `Port ${deps.port} is in use. Choose another: --port N.`, { cause });
      }
      const address = app.server.address();
      if (address === null || typeof address === 'string' || address.address !== '127.0.0.1') {
        await app.close();
        throw new AppError('internal', 'The web host did not bind to the loopback address.');
      }
      boundPort = address.port;
      return boundPort;
    },
    close: () => app.close(),
  };
}

function guard(app: FastifyInstance, port: () => number, isOpen: (cookie: string | undefined) => boolean): void {
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(securityHeaders(newNonce()));
    const verdict = judgeRequest(
      {
        method: request.method,
        url: request.url,
        host: request.headers.host,
        origin: request.headers.origin,
        fetchSite: header(request, 'sec-fetch-site'),
        isUpgrade: request.headers.upgrade !== undefined,
        hasSession: isOpen(request.cookies[COOKIE]),
      },
      port(),
    );
    if (!verdict.isAllowed)
      return reply.code(verdict.status).header('connection', 'close').type('text/plain').send('Refused');
    return undefined;
  });
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

async function addLaunchRoutes(
  app: FastifyInstance,
  codes: LaunchCodes,
  openSession: () => string,
  isOpen: (cookie: string | undefined) => boolean,
  rendererDir: string,
): Promise<void> {
  const sendPage = (reply: FastifyReply, nonce: string, html: string): FastifyReply =>
    reply.headers(securityHeaders(nonce)).type('text/html; charset=utf-8').send(html);

  app.get('/', async (request, reply) => {
    const nonce = newNonce();
    if (!isOpen(request.cookies[COOKIE])) return sendPage(reply, nonce, LAUNCH_PAGE);
    return sendPage(reply, nonce, await renderPage(rendererDir, nonce));
  });
  app.get('/launch.js', async (_request, reply) => reply.type('text/javascript; charset=utf-8').send(LAUNCH_SCRIPT));
  app.get('/launch.css', async (_request, reply) => reply.type('text/css; charset=utf-8').send(LAUNCH_STYLE));
  app.get('/health', async () => ({ ok: true }));

  app.post('/launch', async (request, reply) => {
    if (typeof request.body !== 'string' || !codes.redeem(request.body)) {
      return reply.code(403).type('text/plain').send('Refused');
    }
    // No Max-Age: the cookie ends with the browser, the session with the host.
    return reply.setCookie(COOKIE, openSession(), { httpOnly: true, sameSite: 'strict', path: '/' }).code(204).send();
  });
}
