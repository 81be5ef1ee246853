import { setImmediate as nextTurn } from 'node:timers/promises';
import type { z } from 'zod';
import type { egressContract, EgressEntry, EgressFilter } from '../../shared/contract/egress.ts';
import { csvLine } from '../../shared/model/csv.ts';
import { DATA_TYPES } from '../../shared/model/data-type.ts';
import { type Keyset, pageOf, parseCursor } from '../db/keyset.ts';
import { subjectHash } from '../observables/subject-hash.ts';
import { classify } from '../observables/typed-values.ts';
import type { AnalysisWorker } from '../ports.ts';
import type { Contact } from '../engine/network/contact.ts';
import type { ContactsRepo } from '../engine/network/contacts.repo.ts';
import type { EgressRepo } from './egress.repo.ts';

type Contract = typeof egressContract;
type ListInput = z.output<Contract['egress.list']['input']>;
type FindInput = z.output<Contract['egress.find']['input']>;
type FindOutput = z.input<Contract['egress.find']['output']>;

export interface EgressService {
  list(input: ListInput, signal: AbortSignal): Promise<{ items: EgressEntry[]; next: string | null }>;
  contacts(jobId: string): Contact[];
  summary(input: z.output<Contract['egress.summary']['input']>): z.input<Contract['egress.summary']['output']>;
  find(input: FindInput, signal: AbortSignal): Promise<FindOutput>;
  /** One piece of the file. */
  export(
    input: z.output<Contract['egress.export']['input']>,
    signal: AbortSignal,
  ): Promise<{ text: string; next: string | null }>;
}

/** Rows read in one turn, where each is looked at. */
const SCAN = 2_000;
const MOST_FOUND = 1_000;
const MOST_WITHIN = 200;
/** Shorter texts are part of half the ledger. */
const MIN_WITHIN = 4;
const HASH = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/;

/** What left, read back: nothing here writes (the row comes with the claim, in engine/queue.ts). */
export function createEgressService(deps: {
  repo: EgressRepo;
  contacts: ContactsRepo;
  analysis: AnalysisWorker;
}): EgressService {
  const { repo } = deps;

  /** Entries whose text matches, in the order of the ledger; a turn for everybody else after each portion. */
  async function* scan(filter: EgressFilter, from: Keyset | undefined, signal: AbortSignal) {
    const { text, ...rest } = filter;
    const wanted = text === undefined ? undefined : refanged(text);
    for (let after = from; ; ) {
      signal.throwIfAborted();
      const rows = repo.page(rest, after, SCAN, false);
      yield wanted === undefined || wanted === '' ? rows : rows.filter((entry) => contains(entry, wanted));
      const last = rows.at(-1);
      if (rows.length < SCAN || last === undefined) return;
      after = last;
      await nextTurn();
    }
  }

  return {
    contacts: deps.contacts.ofJob,
    async list({ cursor, limit, ...filter }, signal) {
      const from = cursor === undefined ? undefined : parseCursor(cursor);
      const found: EgressEntry[] = [];
      if (filter.text === undefined || filter.text === '') found.push(...repo.page(filter, from, limit + 1, false));
      else {
        for await (const rows of scan(filter, from, signal)) {
          found.push(...rows);
          if (found.length > limit) break;
        }
      }
      const { rows, next } = pageOf(found, limit, ({ at, id }) => ({ at, id }));
      return { items: rows, next };
    },
    summary({ engagementId, from = 0, to = Number.MAX_SAFE_INTEGER }) {
      const types = repo.typesOf(engagementId, from, to);
      const destinations = repo.totals(engagementId, from, to).map((total) => ({
        ...total,
        types: types.filter(({ name }) => name === total.name).map(({ dataType, values }) => ({ dataType, values })),
      }));
      return {
        entries: destinations.reduce((sum, { entries }) => sum + entries, 0),
        since: destinations.length === 0 ? null : Math.min(...destinations.map(({ first }) => first)),
        destinations,
      };
    },
    async find({ query, engagementId }, signal) {
      const values = new Set([query]);
      const folded = query.toLowerCase();
      const siblings = HASH.test(folded) ? repo.siblingsOf(folded, engagementId) : [];
      if (HASH.test(folded)) for (const each of [folded, ...siblings]) values.add(each);
      else {
        const answer = await classify(deps.analysis, { value: query }, signal);
        if ('value' in answer) values.add(answer.value);
      }
      const hashes = [...subjectHashes(values)];
      const entries = repo.ofSubjects(hashes, engagementId, MOST_FOUND + 1);
      const within: EgressEntry[] = [];
      for (const value of values) {
        if (value.length < MIN_WITHIN || within.length > 0 || HASH.test(value)) continue;
        for await (const rows of scan({ engagementId, text: value }, undefined, signal)) {
          within.push(...rows.filter((entry) => !hashes.includes(entry.subjectHash) && isPart(entry, value)));
          if (within.length >= MOST_WITHIN) break;
        }
      }
      return {
        entries: entries.slice(0, MOST_FOUND),
        within: within.slice(0, MOST_WITHIN),
        isMore: entries.length > MOST_FOUND || within.length > MOST_WITHIN,
        lookedFor: [...values],
        isKnown: repo.isKnown(hashes, engagementId),
        pending: repo.pending(hashes, engagementId),
      };
    },
    async export({ format, cursor, text, ...filter }, signal) {
      const wanted = refanged(text ?? '');
      let after = cursor === undefined ? undefined : parseCursor(cursor);
      for (;;) {
        signal.throwIfAborted();
        const read = repo.page(filter, after, SCAN + 1, true);
        const { rows, next } = pageOf(read, SCAN, ({ at, id }) => ({ at, id }));
        const found = wanted === '' ? rows : rows.filter((entry) => contains(entry, wanted));
        // A piece without an entry only ever comes last: the next one would not know whether a comma is due.
        if (found.length > 0 || next === null) {
          return { text: pieceOf(found, format, cursor === undefined, next === null), next };
        }
        after = parseCursor(next);
        await nextTurn();
      }
    },
  };
}

function pieceOf(entries: readonly EgressEntry[], format: 'csv' | 'json', isFirst: boolean, isLast: boolean): string {
  if (format === 'csv')
    return (isFirst ? csvLine(COLUMNS) : '') + entries.map((entry) => csvLine(cells(entry))).join('');
  const lines = entries.map((entry) => `\n${JSON.stringify(exported(entry))}`).join(',');
  const join = isFirst || entries.length === 0 ? '' : ',';
  return `${isFirst ? '[' : ''}${join}${lines}${isLast ? '\n]\n' : ''}`;
}

/** What is copied from a screen or a report is defanged; the ledger holds what left. */
const refanged = (text: string): string =>
  text.toLowerCase().replaceAll('[.]', '.').replaceAll('[:]', ':').replaceAll('[@]', '@').replace(/^hxxp/, 'http');

const contains = (entry: EgressEntry, wanted: string): boolean =>
  entry.value.toLowerCase().includes(wanted) ||
  entry.destination.toLowerCase().includes(wanted) ||
  entry.flavorId.toLowerCase().includes(wanted);

const isPart = (entry: EgressEntry, value: string): boolean => entry.value.toLowerCase().includes(value.toLowerCase());

/** As which subjects a text may have left: as a value of any type, and a SHA-256 as the file itself. */
function subjectHashes(values: ReadonlySet<string>): Set<string> {
  const hashes = new Set<string>();
  for (const value of values) {
    for (const dataType of DATA_TYPES) hashes.add(subjectHash({ dataType, value }));
    if (/^[0-9a-f]{64}$/.test(value)) hashes.add(value);
  }
  return hashes;
}

const COLUMNS = [
  'time_utc',
  'time_zone',
  'engagement',
  'case',
  'destination',
  'hosts',
  'analyzer',
  'data_type',
  'value',
  'subject_sha256',
  'what_left',
  'bytes',
  'tlp',
  'pap',
  'overruled_because',
  'job',
  'entry',
] as const;

const exported = (entry: EgressEntry): Record<(typeof COLUMNS)[number], string | number | null> => ({
  time_utc: new Date(entry.at).toISOString(),
  time_zone: entry.zone,
  engagement: entry.engagementName,
  case: entry.caseNumber,
  destination: entry.destination,
  hosts: entry.hosts.join(' '),
  analyzer: entry.flavorId,
  data_type: entry.dataType,
  value: entry.value,
  subject_sha256: entry.subjectHash,
  what_left: entry.what,
  bytes: entry.bytes,
  tlp: entry.tlp,
  pap: entry.pap,
  overruled_because: entry.overrideReason,
  job: entry.jobId,
  entry: entry.id,
});

const cells = (entry: EgressEntry): (string | number | null)[] => {
  const row = exported(entry);
  return COLUMNS.map((column) => row[column]);
};
