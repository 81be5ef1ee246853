// Osmia's side of a floor script: `node test/bench/subject.ts 04-hash` prints figures under the floor's row names, so
// that floors/run-all.mjs can divide them. BENCH_DIR is the folder with the floor's seeded input.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFigures } from './cache-subject.ts';
import { dashboardFigures } from './dashboard-subject.ts';
import { extractFigures } from './extract-subject.ts';
import { hashFigures } from './hash-subject.ts';
import { instantFigures } from './instant-subject.ts';
import { jobFigures, singleFigures } from './jobs-subject.ts';
import { queueFigures } from './queue-subject.ts';
import { quotaFigures } from './quota-subject.ts';
import { scaleFigures } from './scale-subject.ts';
import { storeFigures } from './store-subject.ts';

const isQuick = process.env['BENCH_QUICK'] === '1';
const disk = process.env['BENCH_TMP'] ?? tmpdir();
const input = process.env['BENCH_DIR'] ?? join(import.meta.dirname, 'floors', 'out');

/** As the floor script takes them; its databases and ours are kept in the same folder between runs. */
const sizes = (process.env['BENCH_SIZES'] ?? (isQuick ? '1000,10000' : '1000,10000,100000')).split(',').map(Number);

async function scale(): Promise<Record<string, object>> {
  const figures: Record<string, object> = {};
  for (const size of sizes) Object.assign(figures, await scaleFigures(join(input, 'scale'), size));
  Object.assign(figures, await dashboardFigures({ dir: disk, sizes }));
  return figures;
}

async function hashLargeFile(): Promise<Awaited<ReturnType<typeof hashFigures>>> {
  const folder = mkdtempSync(join(disk, 'osmia-bench-file-'));
  try {
    const file = join(folder, 'data');
    const piece = Buffer.alloc(1 << 20);
    const handle = openSync(file, 'w');
    for (let i = 0; i < (isQuick ? 128 : 1_024); i++) {
      for (let k = 0; k < piece.length; k += 4)
        piece.writeUInt32LE(Math.imul(i * 262_144 + (k >> 2), 2_654_435_761) >>> 0, k);
      writeSync(handle, piece);
    }
    closeSync(handle);
    return await hashFigures(file, { dir: disk });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const subjects: Record<string, () => object | Promise<object>> = {
  '01-spawn': () => singleFigures(isQuick ? 20 : 200),
  '02-sqlite': async () => ({
    ...(await storeFigures({ dir: disk, singles: isQuick ? 500 : 3_000, many: isQuick ? 5_000 : 100_000 })),
    ...cacheFigures({ dir: disk, reports: isQuick ? 5_000 : 100_000 }),
    ...(await quotaFigures({ dir: disk, takes: isQuick ? 500 : 3_000 })),
  }),
  '03-scale': scale,
  '04-hash': hashLargeFile,
  '05-extract': () => extractFigures(input, isQuick ? 2 : 20),
  '08-jobs': async () => ({
    ...(await jobFigures(isQuick ? 100 : 1_000)),
    ...(await instantFigures(isQuick ? 200 : 1_000)),
    ...(await queueFigures({ dir: disk, isQuick })),
  }),
};

const name = process.argv.at(-1) ?? '';
const measure = subjects[name];
if (!measure) {
  process.stderr.write(`No such subject: ${name}. There are ${Object.keys(subjects).join(', ')}.\n`);
  process.exit(2);
}
process.stdout.write(`${JSON.stringify({ figures: await measure() })}\n`);
