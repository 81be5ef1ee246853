import { createHash } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MIGRATIONS } from '../../src/core/db/migrate.ts';
import { createRelatedCasesRepo } from '../../src/core/cases/related-cases.repo.ts';
import { cursorOf } from '../../src/core/observables/observable-order.ts';
import { createObservablesRepo } from '../../src/core/observables/observables.repo.ts';
import { createIntakeTexts } from '../../src/core/search/intake-text.repo.ts';
import { gramExpression, matchStages } from '../../src/core/search/match.ts';
import { createSearchRepo } from '../../src/core/search/search.repo.ts';
import { createSearchService } from '../../src/core/search/search.service.ts';
import type { DataType } from '../../src/shared/model/data-type.ts';
import { parseSearch } from '../../src/shared/model/search-query.ts';
import {
  type BigWorkspace,
  makeBigWorkspace,
  observablesOnly,
  openBigWorkspace,
  type Profile,
} from './big-workspace.ts';
import { drawFrom } from './seeded-values.ts';
import { type Figure, time, timeAsync } from './timing.ts';

type OpenWorkspace = Omit<BigWorkspace, 'caseIds' | 'observables'>;

const LIMIT = 50;
const TOP = Number.MAX_SAFE_INTEGER;
const never = new AbortController().signal;

/** Another schema makes another database; one of the same is kept between runs, as the floors keep theirs. */
const schemaMark = (): string =>
  createHash('sha256')
    .update(MIGRATIONS.map(({ sql }) => sql).join())
    .digest('hex')
    .slice(0, 12);

function openScale(home: string, name: string, profile: Profile): OpenWorkspace {
  const dir = join(home, `osmia-${name}-${schemaMark()}`);
  // Made-up rows need no secret; the same key opens them in the next run.
  const key = Buffer.alloc(32, 7);
  const done = join(dir, 'made');
  if (existsSync(done)) return openBigWorkspace(dir, key);
  rmSync(dir, { recursive: true, force: true });
  const made = makeBigWorkspace(dir, profile, { key });
  writeFileSync(done, '');
  return made;
}

/**
 * D5–D9 and D11 under the names of the floor script 03: the same questions, through the repositories that the services
 * ask; `search.*` and `observables.*` are what a screen waits for, the whole answer of the service.
 */
export async function scaleFigures(home: string, size: number): Promise<Record<string, Figure>> {
  const workspace = openScale(home, String(size), observablesOnly(size));
  try {
    return Object.fromEntries(
      Object.entries(await figuresOf(workspace, size)).map(([name, figure]) => [`n=${size}.${name}`, figure]),
    );
  } finally {
    workspace.close();
  }
}

async function figuresOf(
  { db, records, clock, engagementId }: OpenWorkspace,
  size: number,
): Promise<Record<string, Figure>> {
  const draw = drawFrom(5);
  const row = db.prepare<[number], { id: string; dataType: DataType; value: string; caseId: string; note: string }>(
    `SELECT id, data_type AS dataType, value, case_id AS caseId, substr(message, instr(message, ' note') + 1) AS note
     FROM observable WHERE num = ?`,
  );
  // Now and then one came twice to the same case, so the highest number is a little below the size.
  const rows = Array.from({ length: 2_000 }, () => row.get(1 + draw.int(size))).filter((found) => found !== undefined);
  const any = <T>(list: readonly T[]): T => draw.pick(list);
  const repo = createObservablesRepo(db);
  const searchRepo = createSearchRepo(db);
  const related = createRelatedCasesRepo(db);
  const search = createSearchService({
    repo: searchRepo,
    intakeTexts: createIntakeTexts(db),
    engagements: records.engagements,
    clock,
  });
  const { observables } = records;
  const scope = { engagementIds: [engagementId], caseIds: new Map<number, string>() };
  /** The numbers of a page: the stages one after the other, as the service goes through them. */
  const numbers = (text: string): number[] => {
    const found: number[] = [];
    for (const { loose } of matchStages('observable', parseSearch(text, 0), scope)) {
      if (found.length >= LIMIT) break;
      found.push(...searchRepo.matching('observable', loose, TOP, LIMIT - found.length));
    }
    return found;
  };
  const inside = (text: string): number =>
    searchRepo
      .rows('observable', searchRepo.withGrams(gramExpression([text])!, TOP, LIMIT), [])
      .filter(({ title }) => title.toLowerCase().includes(text.toLowerCase())).length;
  const find = (text: string): Promise<unknown> => search.find({ text, isEverywhere: false, limit: 5 }, never);
  const cursors = Array.from({ length: 20 }, () => any(rows))
    .map(({ id }) => repo.find(id)!)
    .map(({ id, createdAt }) => cursorOf({ stretch: 0, key: [createdAt, id] }));
  const count = 2_000;
  return {
    'lookup.id': time(count, 100, () => repo.findState(any(rows).id)),
    'observables.get': time(count, 100, () => observables.get(any(rows).id)),
    'lookup.value.hit': time(count, 100, () => {
      const { dataType, value } = any(rows);
      observables.casesWith(engagementId, dataType, value);
    }),
    'lookup.value.miss': time(count, 100, (i) => observables.casesWith(engagementId, 'fqdn', `${i}.absent.example`)),
    'case.100-observables': time(200, 10, () => observables.list({ caseId: any(rows).caseId, limit: 100 })),
    'page.keyset': time(200, 10, () => observables.list({ engagementId, limit: LIMIT, cursor: any(cursors) })),
    'case.seen-elsewhere': time(200, 10, () => related.shared(any(rows).caseId, engagementId, false)),
    'count.kept-counter': time(count, 10, () => records.counters.ofCase(any(rows).caseId)),
    'fts.rare-word': time(500, 20, () => numbers(any(rows).note)),
    'fts.whole-indicator': time(200, 10, () => numbers(`"${any(rows).value.replaceAll('"', '')}"`)),
    'fts.prefix': time(200, 10, () => numbers(draw.hex(4))),
    'fts.common-word.newest-50': time(200, 10, () => numbers('beacon')),
    'fts.common-word.bm25-50': time(50, 5, () => numbers('beacon')),
    'fts.two-common-words.newest-50': time(100, 5, () => numbers('beacon phishing')),
    'trigram.substring-8': time(100, 5, () => inside(any(rows).value.slice(2, 10))),
    ...p99('search.value', await timeAsync(200, 10, () => find(any(rows).value))),
    ...p99('search.word', await timeAsync(200, 10, () => find(any(rows).note))),
    ...p99('search.begun', await timeAsync(200, 10, () => find(draw.hex(4)))),
    ...p99('search.common', await timeAsync(200, 10, () => find('beacon'))),
    ...p99('search.two-common', await timeAsync(200, 10, () => find('beacon phishing'))),
    ...p99('search.inside', await timeAsync(100, 5, () => find(any(rows).value.slice(2, 10)))),
    ...sizes(db, size),
  };
}

/** What nobody may wait longer for, as a figure of its own. */
const p99 = (name: string, figure: Figure): Record<string, Figure> => ({
  [name]: figure,
  [`${name}.p99-ms`]: { unit: 'ms', value: figure.p99 ?? 0 },
});

/** Bytes an observable takes: its table with what it is looked up and searched by, and all that was written for it. */
function sizes(db: OpenWorkspace['db'], size: number): Record<string, Figure> {
  const pages = db.prepare('SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name').all() as {
    name: string;
    bytes: number;
  }[];
  const sum = (isPart: (name: string) => boolean): number =>
    pages.filter(({ name }) => isPart(name)).reduce((total, { bytes }) => total + bytes, 0) / size;
  const isSearch = (name: string): boolean => /^search_(observable|grams)_/.test(name);
  const isOwn = (name: string): boolean =>
    /^(sqlite_autoindex_)?observable(_|$)/.test(name) && !/^observable_(tag|elsewhere|report|verdict)/.test(name);
  return {
    size: { unit: 'bytes/row', value: sum((name) => isOwn(name) || isSearch(name)) },
    'size.search': { unit: 'bytes', value: sum(isSearch) },
    'size.with-change-log': { unit: 'bytes', value: sum(() => true) },
  };
}
