import { AppError } from '../../shared/errors.ts';
import { migration0001 } from './migrations/0001-first.ts';
import { migration0002 } from './migrations/0002-quota.ts';
import { migration0003 } from './migrations/0003-policy.ts';
import { migration0004 } from './migrations/0004-queue.ts';
import { migration0005 } from './migrations/0005-analyzer-settings.ts';
import { migration0007 } from './migrations/0007-responders.ts';
import { migration0008 } from './migrations/0008-history.ts';
import { migration0009 } from './migrations/0009-contacts.ts';
import { migration0010 } from './migrations/0010-changes.ts';
import { migration0012 } from './migrations/0012-templates-and-tags.ts';
import { migration0011 } from './migrations/0011-cases.ts';
import { migration0013 } from './migrations/0013-tasks-notes.ts';
import { migration0016 } from './migrations/0016-timeline.ts';
import { migration0017 } from './migrations/0017-kept-counts.ts';
import { migration0014 } from './migrations/0014-observables.ts';
import { migration0015 } from './migrations/0015-alerts.ts';
import { migration0018 } from './migrations/0018-search.ts';
import { migration0019 } from './migrations/0019-custody.ts';
import { migration0021 } from './migrations/0021-destroy.ts';
import { migration0022 } from './migrations/0022-compact-lists.ts';
import type { Db } from './open.ts';

export interface Migration {
  id: number;
  name: string;
  sql: string;
}

/** In the order of their ids. Append-only; a released migration is never edited. */
export const MIGRATIONS: readonly Migration[] = [
  migration0001,
  migration0002,
  migration0003,
  migration0004,
  migration0005,
  migration0007,
  migration0008,
  migration0009,
  migration0010,
  migration0011,
  migration0012,
  migration0013,
  migration0014,
  migration0015,
  migration0016,
  migration0017,
  migration0018,
  migration0019,
  migration0021,
  migration0022,
];

export const SCHEMA_VERSION = MIGRATIONS.at(-1)?.id ?? 0;

/**
 * Brings a database to the newest schema, each step in a transaction of its own. `backup` is called once before the
 * first step on a database that already holds data; when it throws, nothing has been changed.
 */
export function migrate(db: Db, backup: (fromVersion: number) => void): { from: number; to: number } {
  const from = db.pragma('user_version', { simple: true }) as number;
  if (from > SCHEMA_VERSION) {
    throw new AppError(
      'workspace.newer_version',
      `This workspace was last opened by a newer Osmia (schema ${from}; this one knows ${SCHEMA_VERSION}). Update Osmia to open it.`,
      { details: { schema: from, known: SCHEMA_VERSION } },
    );
  }
  if (from > 0 && from < SCHEMA_VERSION) backup(from);
  for (const migration of MIGRATIONS.filter(({ id }) => id > from)) {
    db.transaction(() => {
      db.exec(migration.sql);
      db.pragma(`user_version=${migration.id}`);
    }).immediate();
  }
  return { from, to: SCHEMA_VERSION };
}
