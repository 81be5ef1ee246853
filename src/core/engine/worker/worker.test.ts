import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../../test/support/make-db.ts';
import type { BlobReader } from '../../ports.ts';
import { type Broker, createBroker } from '../broker/broker-client.ts';
import { detectSandbox } from '../sandbox/sandbox.ts';
import { createAnalysisWorker } from './analysis-worker.ts';
import { createWorkerPool, type WorkerPool } from './pool.ts';

const root = join(import.meta.dirname, '../../../..');
const nodePath = join(root, 'node_modules/.bin/node');

/** A reader that is slow to answer once, so that a test can act while a request is under way. */
function readerOf(bytes: Uint8Array, gate: Promise<void> = Promise.resolve()): BlobReader {
  return {
    size: bytes.length,
    async read(offset, length) {
      await gate;
      return bytes.subarray(offset, offset + length);
    },
    close: () => Promise.resolve(),
  };
}

const never = new AbortController().signal;
const mail = [
  'From: "Post" <post@poczta-polska-doplata.example.com>',
  'To: analyst@example.org',
  'Subject: =?UTF-8?Q?Dop=C5=82ata?=',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Pay at hxxps://pay.example[.]net/x from 203.0.113[.]7',
  '',
].join('\r\n');

for (const isAllowed of [true, false]) {
  describe(isAllowed ? 'inside the sandbox' : 'without a sandbox', () => {
    let broker: Broker;
    let pool: WorkerPool;
    let level: string;
    beforeAll(async () => {
      broker = createBroker({
        nodePath,
        program: join(root, 'src/core/engine/broker/broker.ts'),
        logger: silentLogger,
        monotonic: () => performance.now(),
      });
      const sandbox = await detectSandbox(broker, isAllowed);
      level = sandbox.report.level;
      pool = createWorkerPool({
        broker,
        sandbox,
        nodePath,
        sourceRoot: root,
        bundledRoot: root,
        size: 1,
        memoryMib: 512,
        logger: silentLogger,
      });
    });
    afterAll(async () => {
      await pool.close();
      await broker.close();
    });

    test('a mail is inspected through the pipe, its text and values come back', async () => {
      if (!isAllowed) expect(level).toBe('limited');
      const analysis = createAnalysisWorker(pool);
      const bytes = Buffer.from(mail, 'utf8');
      const steps: number[] = [];
      const inspection = await analysis.inspect(readerOf(bytes), { name: 'a.eml' }, never, (p) => steps.push(p.read));
      expect(inspection.tree.path).toBe('/');
      expect(inspection.observables.map((found) => found.value)).toContain('https://pay.example.net/x');
      expect(steps.at(-1)).toBe(bytes.length);
      const text = await analysis.partText(
        readerOf(bytes),
        { name: 'a.eml' },
        '/body.txt',
        { offset: 0, length: 100 },
        never,
      );
      expect(text.text).toContain('hxxps://pay.example[.]net/x');
      await expect(analysis.partBytes(readerOf(bytes), { name: 'a.eml' }, '/9/none', never)).rejects.toMatchObject({
        code: 'not_found',
      });
      expect(await analysis.classify('198[.]51[.]100[.]7', undefined, never)).toMatchObject({
        dataType: 'ip',
        value: '198.51.100.7',
      });
    });

    test('an abort ends the worker, and the next request is served by another', async () => {
      const analysis = createAnalysisWorker(pool);
      const abort = new AbortController();
      const asked = Promise.withResolvers<void>();
      const held = Promise.withResolvers<void>();
      const reader: BlobReader = {
        size: 1_000,
        async read() {
          asked.resolve();
          await held.promise;
          return new Uint8Array(1_000);
        },
        close: () => Promise.resolve(),
      };
      const inspecting = analysis.inspect(reader, { name: 'a.bin' }, abort.signal);
      await asked.promise;
      abort.abort();
      await expect(inspecting).rejects.toMatchObject({ code: 'cancelled' });
      held.resolve();
      const after = await analysis.inspect(readerOf(Buffer.from('see 203.0.113.9 now')), { name: 'a.txt' }, never);
      expect(after.observables.map((found) => found.value)).toContain('203.0.113.9');
    });

    test('a time-out and a reader that fails are told apart', async () => {
      const held = Promise.withResolvers<void>();
      const file = readerOf(new Uint8Array(10), held.promise);
      await expect(
        pool.request(
          { op: 'inspect', file: { size: 10, name: 'a' }, derive: false },
          { signal: never, wallMs: 50, file },
        ),
      ).rejects.toMatchObject({ details: { cause: 'timeout' } });
      held.resolve();
      const broken: BlobReader = {
        size: 10,
        read: () => Promise.reject(new Error('the disk is gone')),
        close: () => Promise.resolve(),
      };
      const outcome = pool.request(
        { op: 'inspect', file: { size: 10, name: 'a' }, derive: false },
        { signal: never, wallMs: 10_000, file: broken },
      );
      await expect(outcome).rejects.toMatchObject({ details: { cause: 'thrown' } });
      await expect(outcome).rejects.toThrow('the disk is gone');
    });

    test('bytes arrive unchanged', async () => {
      const analysis = createAnalysisWorker(pool);
      const content = readFileSync(join(root, 'package-lock.json')).subarray(0, 200_000);
      const eml = Buffer.concat([
        Buffer.from(
          'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: application/json; name=a.json\r\n' +
            'Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a.json\r\n\r\n',
        ),
        Buffer.from(content.toString('base64').replace(/(.{76})/g, '$1\r\n')),
        Buffer.from('\r\n--B--\r\n'),
      ]);
      const inspection = await analysis.inspect(readerOf(eml), { name: 'm.eml' }, never);
      const part = inspection.tree.children.find((child) => child.kind === 'file');
      const got = await analysis.partBytes(readerOf(eml), { name: 'm.eml' }, part?.path ?? '', never);
      const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
      expect(sha256(got.bytes)).toBe(sha256(content));
      expect(part?.sha256).toBe(sha256(content));
    });
  });
}
