import type { Case } from '../contract/entities.ts';
import { csvLine } from './csv.ts';
import { handlingTime } from './case-state.ts';

const HOUR = 3_600_000;

const COLUMNS: readonly (readonly [name: string, of: (row: Case, now: number) => string | number | null])[] = [
  ['number', (row) => row.number],
  ['title', (row) => row.title],
  ['status', (row) => row.status],
  ['resolution', (row) => row.resolution],
  ['impact', (row) => row.impact],
  ['severity', (row) => row.severity],
  ['tlp', (row) => row.tlp],
  ['pap', (row) => row.pap],
  ['assignee', (row) => row.assignee],
  ['flagged', (row) => (row.isFlagged ? 'yes' : 'no')],
  ['tags', (row) => row.tags.join('; ')],
  ['start', (row) => iso(row.startAt)],
  ['end', (row) => (row.endAt === null ? null : iso(row.endAt))],
  ['created', (row) => iso(row.createdAt)],
  ['updated', (row) => iso(row.updatedAt)],
  ['handlingHours', (row, now) => Math.round((handlingTime(row, now) / HOUR) * 100) / 100],
  ['observables', (row) => row.counts.observables],
  ['malicious', (row) => row.counts.malicious],
  ['suspicious', (row) => row.counts.suspicious],
  ['evidence', (row) => row.counts.evidence],
  ['tasks', (row) => row.counts.tasks],
  ['tasksDone', (row) => row.counts.tasksDone],
  ['summary', (row) => row.summary],
];

const iso = (at: number): string => new Date(at).toISOString();

/** A list of cases for a spreadsheet, head first (RFC 4180); times are UTC. No cell is a formula. */
export const caseCsv = (rows: readonly Case[], now: number): string =>
  [csvLine(COLUMNS.map(([name]) => name)), ...rows.map((row) => csvLine(COLUMNS.map(([, of]) => of(row, now))))].join(
    '',
  );
