import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { migrate } from '../../src/core/db/migrate.ts';
import { openDatabase } from '../../src/core/db/open.ts';
import { createQuotaRepo } from '../../src/core/quota/quota.repo.ts';

/** Processes at once on one budget; resolves with what each got, and what the ledger says. */
export async function takeTogether(
  dir: string,
  processes: number,
  units: number,
): Promise<{ taken: number[]; reserved: number; ms: number }> {
  const path = join(dir, 'shared.db');
  const key = randomBytes(32);
  const db = openDatabase(path, key);
  migrate(db, () => undefined);
  const repo = createQuotaRepo(db);
  repo.addKey('shared');
  repo.putBudget('shared', { window: 'month', units, isCalendar: false, zone: 'UTC', origin: 'user' });
  const children = Array.from({ length: processes }, (_, i) =>
    spawn(process.execPath, [join(import.meta.dirname, 'quota-taker.ts'), path, key.toString('hex'), `p${i}`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  const lines = children.map((child) => createInterface({ input: child.stdout }));
  await Promise.all(lines.map((reader) => once(reader, 'line')));
  const startedAt = performance.now();
  const answers = lines.map((reader) => once(reader, 'line') as Promise<[string]>);
  for (const child of children) child.stdin.end();
  const taken = (await Promise.all(answers)).map(([text]) => Number(text));
  const ms = performance.now() - startedAt;
  const reserved = db.prepare(`SELECT sum(units) FROM quota_entry WHERE kind = 'reserve'`).pluck().get() as number;
  db.close();
  return { taken, reserved, ms };
}
