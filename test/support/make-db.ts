import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { migrate } from '../../src/core/db/migrate.ts';
import { type Db, openDatabase } from '../../src/core/db/open.ts';
import type { Clock, Logger } from '../../src/core/ports.ts';

/** A folder that is gone when the test ends. */
export function makeTempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'osmia-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A freshly migrated, sealed database on disk. */
export function makeDb(): Db {
  const db = openDatabase(join(makeTempDir(), 'workspace.db'), randomBytes(32));
  migrate(db, () => undefined);
  onTestFinished(() => {
    db.close();
  });
  return db;
}

export interface FakeClock extends Clock {
  advance(ms: number): void;
  /** Sets the wall clock only, as a user or NTP would. */
  jump(now: number): void;
}

/** `boot` names the start of the machine: another name is a machine that was started again. */
export function makeClock(start = Date.UTC(2026, 10, 23, 9, 42), boot = 'boot-1'): FakeClock {
  let now = start;
  let monotonic = 0;
  return {
    now: () => now,
    monotonic: () => monotonic,
    uptime: () => ({ boot, ms: monotonic }),
    zone: () => 'Europe/Madrid',
    advance(ms) {
      now += ms;
      monotonic += ms;
    },
    jump(to) {
      now = to;
    },
  };
}

export const silentLogger: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
