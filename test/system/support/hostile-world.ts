import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A machine with things on it that nobody may touch. */
export class World {
  readonly dir = mkdtempSync(join(tmpdir(), 'osmia-hostile-'));
  readonly home = join(this.dir, 'home');
  readonly marker = `marker${randomBytes(6).toString('hex')}`;
  readonly socketPath = join(this.dir, 'service.sock');
  readonly #servers: Server[] = [];
  #udp: Socket | undefined;
  reached: string[] = [];
  before = '';

  async facts(): Promise<Record<string, unknown>> {
    mkdirSync(join(this.home, '.ssh'), { recursive: true });
    writeFileSync(join(this.home, '.ssh/id_ed25519'), 'the private key', { mode: 0o600 });
    const listen = async (name: string, where: { path: string } | { port: number; host: string }): Promise<number> => {
      const server = createServer((socket) => {
        this.reached.push(name);
        socket.destroy();
      });
      this.#servers.push(server);
      server.listen(where);
      await once(server, 'listening');
      return typeof server.address() === 'string' ? 0 : (server.address() as AddressInfo).port;
    };
    const port = await listen('tcp', { host: '127.0.0.1', port: 0 });
    await listen('unix', { path: this.socketPath });
    await listen('abstract', { path: `\0${this.marker}` });
    this.#udp = createSocket('udp4', () => this.reached.push('udp'));
    this.#udp.bind(0, '127.0.0.1');
    await once(this.#udp, 'listening');
    this.before = this.state();
    return {
      home: this.home,
      private: join(this.home, '.ssh/id_ed25519'),
      workspace: join(this.dir, 'w.db'),
      jobs: '/dev/shm',
      marker: this.marker,
      socket: this.socketPath,
      abstract: this.marker,
      port,
      udp: this.#udp.address().port,
      uid: process.getuid?.() ?? 0,
      core: process.pid,
    };
  }

  /** Everything under the home folder, with modes and contents; then what was planted elsewhere. */
  state(): string {
    const list = (path: string): string[] =>
      readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
        const inner = join(path, entry.name);
        const { mode } = statSync(inner);
        return entry.isDirectory() ? list(inner) : [`${inner} ${mode.toString(8)} ${readFileSync(inner, 'utf8')}`];
      });
    const planted = ['/', '/usr', '/etc', '/tmp', '/dev/shm'].flatMap((path) =>
      readdirSync(path).filter((name) => name.startsWith('planted')),
    );
    return JSON.stringify([list(this.home), planted]);
  }

  close(): void {
    for (const server of this.#servers) server.close();
    this.#udp?.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
