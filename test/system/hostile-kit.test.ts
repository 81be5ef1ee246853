import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { migrate } from '../../src/core/db/migrate.ts';
import { openDatabase } from '../../src/core/db/open.ts';
import { createContactsRepo } from '../../src/core/engine/network/contacts.repo.ts';
import type { Mechanism } from '../../src/core/engine/sandbox/sandbox.ts';
import type { Job } from '../../src/shared/contract/entities.ts';
import { processesWith } from '../support/kill-engine.ts';
import { silentLogger } from '../support/make-db.ts';
import { type EngineKit, makeEngine, REPOSITORY } from '../support/make-engine.ts';

vi.setConfig({ hookTimeout: 90_000 });

const PROGRAMS = join(REPOSITORY, 'test/fixtures/hostile-kit');
const SECRET = 'k1t-Secret/42+x=';

/** Folders of the kit, by the limits that their programs get. */
const FOLDERS = {
  Hostile: { wallSeconds: 60, memoryMiB: 512, processes: 32, folderMiB: 64, fileMiB: 128 },
  // What is meant to be ended for its time.
  Endless: { wallSeconds: 3, memoryMiB: 128, processes: 32, folderMiB: 64, fileMiB: 128 },
  Roomy: { wallSeconds: 60, memoryMiB: 512, processes: 32, folderMiB: 2_048, fileMiB: 1_024 },
} as const;

/** How each program has to end: `done`, or the codes of failure that are right. */
const EXPECTED: Record<keyof typeof FOLDERS, Record<string, string | string[]>> = {
  Endless: {
    ignores_signals: 'timeout',
    // The first for root, whose processes the system does not count.
    fork_bomb: ['too_many_processes', 'timeout'],
    many_memory_bombs: ['too_much_memory', 'too_many_processes'],
    closes_everything: 'timeout',
  },
  Roomy: { output_of_500_mb: 'output_too_large' },
  Hostile: {
    double_fork: 'done',
    memory_bomb: 'exit_code',
    kills_everybody: 'done',
    prints_500_mb: 'output_too_large',
    one_line: 'done',
    million_artifacts: 'done',
    fills_its_folder: 'folder_too_large',
    many_names: 'folder_too_large',
    one_huge_file: ['exit_code', 'folder_too_large'],
    output_is_a_link: 'bad_output',
    output_is_a_pipe: 'bad_output',
    output_is_a_folder: 'bad_output',
    output_is_a_device: 'bad_output',
    output_is_a_hard_link: 'bad_output',
    output_folder_is_a_link: ['bad_output', 'no_output'],
    rubbish: 'bad_output',
    deep: 'bad_output',
    wide: 'done',
    odd_keys: 'done',
    not_a_number: 'bad_output',
    utf16: 'bad_output',
    byte_order_mark: 'done',
    invalid_utf8: 'done',
    nul_bytes: 'done',
    raw_nul: 'bad_output',
    bad_artifacts: 'done',
    hard_to_remove: 'done',
    prints_secrets: 'done',
    fails_with_secrets: 'analyzer_error',
    html_and_bidi: 'done',
    reads_private: 'done',
    writes_outside: 'done',
    connects: 'done',
    local_sockets: 'done',
    types_into_terminal: 'done',
    changes_the_system: 'done',
    changes_its_input: 'done',
  },
};

/** Where the program cannot know that what it did reached nobody: kept inside by the namespaces. */
const INSIDE_ONLY: Record<string, string[]> = {
  writes_outside: ['shared memory', 'mode'],
  kills_everybody: ['-1', '1', 'parent'],
};

/** A machine with things on it that nobody may touch. */
class World {
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

/** The programs as a folder in the Cortex layout, each with its descriptor. */
function writeKit(root: string): string[] {
  const flavors: string[] = [];
  const add = (folder: string, program: string): void => {
    const descriptor = {
      name: `${folder}_${program}`,
      version: '1.0',
      author: 'Osmia tests',
      url: 'https://example.com',
      license: 'Apache-2.0',
      description: 'Hostile on purpose',
      dataTypeList: ['other'],
      command: `${folder}/${program}.py`,
      baseConfig: folder,
      configurationItems: [
        {
          name: 'api_token',
          description: 'a secret',
          type: 'string',
          multi: false,
          required: false,
          defaultValue: SECRET,
        },
      ],
    };
    writeFileSync(join(root, folder, `${program}.json`), JSON.stringify(descriptor));
    flavors.push(`kit/${descriptor.name}_1_0`);
  };
  for (const [folder, limits] of Object.entries(FOLDERS)) {
    cpSync(PROGRAMS, join(root, folder), { recursive: true });
    const card = { leaves: 'nothing', hosts: [], seenBy: 'nobody', keeps: 'nothing' };
    writeFileSync(join(root, folder, 'osmia.json'), JSON.stringify({ card, limits, cacheMinutes: 0 }));
    for (const program of Object.keys(EXPECTED[folder as keyof typeof FOLDERS])) add(folder, program);
  }
  for (const program of ['truncated', 'exits', 'dies']) add('Hostile', program);
  cpSync(PROGRAMS, join(root, 'Online'), { recursive: true });
  const card = { leaves: 'the value', hosts: ['api.example'], seenBy: 'its owner', keeps: 'unknown' };
  writeFileSync(join(root, 'Online', 'osmia.json'), JSON.stringify({ card, limits: FOLDERS.Hostile }));
  add('Online', 'goes_around_the_proxy');
  return flavors;
}

const LEVELS: [string, 'isolated' | 'limited', readonly Mechanism[]][] = [
  ['bubblewrap', 'isolated', ['bwrap']],
  ['unshare and Landlock', 'limited', ['unshare', 'landlock']],
];

describe.runIf(process.platform === 'linux').each(LEVELS)('the hostile kit, held by %s', (_name, level, mechanisms) => {
  let world: World;
  let kit: EngineKit;
  let facts: Record<string, unknown>;
  let jobs: Map<string, Job>;
  let peakBefore: number;
  const isThere = (): boolean =>
    kit.engine.sandbox().level === level && (level === 'isolated' || kit.engine.sandbox().layers.length === 4);

  const named = (job: Job): string => job.flavorId.replace(/^kit\/[A-Z][a-z]+_(.*)_1_0$/, '$1');
  const fullOf = (name: string): Record<string, unknown> => kit.reports.get(jobs.get(name)!.id).report.full;
  const value = (more: object = {}): { dataType: 'other'; value: string } => ({
    dataType: 'other',
    value: JSON.stringify({ ...facts, ...more }),
  });

  beforeAll(async () => {
    world = new World();
    facts = await world.facts();
    const root = join(world.dir, 'kit');
    const flavors = writeKit(root);
    const db = openDatabase(join(world.dir, 'w.db'), randomBytes(32));
    migrate(db, () => undefined);
    kit = await makeEngine(db, world.dir, {
      logger: silentLogger,
      allowSandbox: mechanisms,
      sources: [root],
      width: 3,
    });
    facts['broker'] = kit.engine.brokerPid();
    kit.setOffline(false);
    process.env['HOME_OF_TEST'] = world.home;
    peakBefore = process.resourceUsage().maxRSS;
    const ordinary = flavors.filter((id) => !/_(truncated|exits|dies)_1_0$/.test(id));
    const ended = isThere() ? await kit.run([value()], ordinary) : [];
    jobs = new Map(ended.map((job) => [named(job), job]));
  });
  afterAll(async () => {
    delete process.env['HOME_OF_TEST'];
    await kit.close();
    kit.db.close();
    world.close();
  });
  beforeEach((context) => {
    if (!isThere()) context.skip();
  });

  const table = Object.values(EXPECTED).flatMap((programs) => Object.entries(programs));
  test.each(table)('%s ends as %s', (name, expected) => {
    const job = jobs.get(name)!;
    const codes = [expected].flat();
    if (codes[0] === 'done') expect(job).toMatchObject({ status: 'done', reason: null });
    else {
      expect({ status: job.status, code: codes.includes(job.reason?.code ?? '') ? 'right' : job.reason }).toEqual({
        status: 'failed',
        code: 'right',
      });
      expect(job.reason!.message).toMatch(/^(It|The|wrong).{5,}/);
    }
    expect(job.sandbox).toBe(level);
    expect(job.sandboxNotes.join(' ')).toMatch(/^Layers: /);
  });

  test.each([
    'reads_private',
    'writes_outside',
    'connects',
    'local_sockets',
    'types_into_terminal',
    'changes_the_system',
  ])('%s gets nothing', (name) => {
    const { got } = fullOf(name) as { got: Record<string, string> };
    for (const key of INSIDE_ONLY[name] ?? []) delete got[key];
    expect(got).toEqual({});
  });

  test('nothing outside was changed, nobody was reached, no process and no job folder is left', async () => {
    // As long as the one that left its session waits before it writes.
    await vi.waitFor(() => expect(performance.now() - started).toBeGreaterThan(3_000), { timeout: 5_000 });
    expect(world.state()).toBe(world.before);
    expect(world.reached).toEqual([]);
    expect(processesWith(world.marker)).toEqual([]);
    expect(processesWith(world.dir)).toEqual([]);
    expect(kit.engine.brokerPid()).toBe(facts['broker']);
    const memory = readdirSync('/dev/shm').filter((name) => name.startsWith('osmia-jobs-'));
    const mine = [...memory.map((name) => join('/dev/shm', name)), ...foldersIn(join(world.dir, 'scratch'))].filter(
      (path) => (JSON.parse(readFileSync(join(path, 'owner.json'), 'utf8')) as { pid: number }).pid === process.pid,
    );
    for (const path of mine) expect(readdirSync(path)).toEqual(['owner.json']);
  });
  const started = performance.now();

  test('500 MB of output were never held', () => {
    // In KiB. One report of 35 MB is read whole and parsed elsewhere.
    expect(process.resourceUsage().maxRSS - peakBefore).toBeLessThan(700 * 1_024);
  });

  test('secrets come back in no form', () => {
    const told = ['prints_secrets', 'fails_with_secrets'].map((name) => {
      const job = jobs.get(name)!;
      return [job, job.reportId === null ? null : kit.reports.get(job.id)];
    });
    const text = JSON.stringify(told);
    const bytes = Buffer.from(SECRET);
    for (const form of [SECRET, encodeURIComponent(SECRET), bytes.toString('base64'), bytes.toString('hex')])
      expect(text).not.toContain(form);
    expect(text).toContain('[redacted]');
  });

  test('text is kept as text: markup is not read, controls are replaced, prototypes stay as they are', () => {
    expect(fullOf('html_and_bidi')['text']).toContain('<script>alert(2)</script>');
    expect(fullOf('html_and_bidi')['text']).not.toMatch(/[\u0007\u001b]/);
    expect(fullOf('byte_order_mark')).toEqual({ a: 'b' });
    expect(String(fullOf('invalid_utf8')['a'])).toMatch(/^\uFFFD+$/);
    expect(fullOf('nul_bytes')['a']).toBe('x\uFFFDy');
    expect(fullOf('odd_keys')).toMatchObject({ a: 2 });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.keys(fullOf('wide'))).toHaveLength(300_000);
    expect(String(fullOf('one_line')['line'])).toHaveLength(30_000_000);
    expect(kit.reports.get(jobs.get('million_artifacts')!.id).artifacts).toHaveLength(100_000);
  });

  test('of the files that it names only regular ones inside its output are taken', () => {
    expect(kit.reports.get(jobs.get('bad_artifacts')!.id).artifacts).toEqual([]);
    const notes = jobs.get('bad_artifacts')!.sandboxNotes.filter((note) => note.includes('left out'));
    expect(notes).toHaveLength(13);
  });

  test('what goes out passes the proxy, which refuses what is not on the card', () => {
    expect(fullOf('goes_around_the_proxy')).toEqual({ got: {} });
    const job = jobs.get('goes_around_the_proxy')!;
    const contacts = createContactsRepo(kit.db).ofJob(job.id);
    expect(new Set(contacts.map((one) => one.host))).toEqual(
      // In the one form that each address has.
      new Set(['169.254.169.254', '127.0.0.1', '::ffff:7f00:1', 'localhost', '10.0.0.1', 'collector.example']),
    );
    for (const contact of contacts) expect(contact).toMatchObject({ allowed: 0, bytesSent: 0, bytesReceived: 0 });
    expect(job.sandboxNotes.join(' ')).toMatch(/It contacted no host\. Osmia refused it .*collector\.example:80/);
  });

  test('cut off at each tenth, a report is never taken for one', async () => {
    const parts = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const ended = await kit.run(
      parts.map((part) => value({ part })),
      ['kit/Hostile_truncated_1_0'],
    );
    expect(ended.map((job) => job.reason?.code)).toEqual(parts.map(() => 'bad_output'));
  });

  test('statuses and signals without a report are failures', async () => {
    const codes = [0, 1, 2, 3, 77, 126, 127, 255];
    const exits = await kit.run(
      codes.map((code) => value({ code })),
      ['kit/Hostile_exits_1_0'],
    );
    expect(exits.map((job) => job.reason?.code).sort()).toEqual([
      ...codes.slice(1).map(() => 'exit_code'),
      'no_output',
    ]);
    const signals = [6, 9, 11, 31];
    const dead = await kit.run(
      signals.map((signal) => value({ signal })),
      ['kit/Hostile_dies_1_0'],
    );
    // The first process of a namespace is not ended by signals from inside, and goes on to its end.
    for (const job of dead) expect(['exit_code', 'no_output']).toContain(job.reason?.code);
  });
});

const foldersIn = (path: string): string[] => readdirSync(path).map((name) => join(path, name));
