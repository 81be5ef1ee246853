import { hash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import type { RunRow, RunSheet } from '../../shared/contract/jobs.ts';
import { papRank, stricterPap, stricterTlp, tlpRank, type Pap, type Tlp } from '../../shared/model/marking.ts';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { SubjectRow } from './jobs.repo.ts';
import type { GateDecision } from './gate.ts';

/** One line of a sheet with what is needed to start it. */
export interface PlannedRow {
  row: z.infer<typeof RunRow>;
  flavor: KnownFlavor;
  subject: SubjectRow;
  decision: GateDecision;
  cacheKey: string;
}

export interface PlannedSheet {
  sheet: z.infer<typeof RunSheet>;
  rows: Map<number, PlannedRow>;
  isForcedOffline: boolean;
}

/** How long a sheet can be started, in milliseconds, and how many are kept. */
const KEPT_MS = 10 * 60_000;
const MAX_SHEETS = 50;

/** The sheets that were shown and not yet forgotten; in memory only, because a start must match what somebody saw. */
export function createSheets(monotonic: () => number): {
  keep(sheet: PlannedSheet): void;
  find(id: string): PlannedSheet | undefined;
} {
  const sheets = new Map<string, { sheet: PlannedSheet; at: number }>();
  return {
    keep(sheet) {
      for (const [id, { at }] of sheets) if (monotonic() - at > KEPT_MS || sheets.size >= MAX_SHEETS) sheets.delete(id);
      sheets.set(sheet.sheet.id, { sheet, at: monotonic() });
    },
    find(id) {
      const kept = sheets.get(id);
      return kept !== undefined && monotonic() - kept.at <= KEPT_MS ? kept.sheet : undefined;
    },
  };
}

/**
 * What makes two runs the same question (DESIGN.md 5.2). The engagement is in it: an answer that one client paid for and
 * was seen asking is not shown to another.
 */
export function cacheKeyOf(flavor: KnownFlavor, configHash: string, subject: SubjectRow, parameters: string): string {
  const parts = [
    flavor.id,
    flavor.version,
    flavor.sha256,
    configHash,
    subject.engagementId,
    subject.dataType,
    subject.subjectHash,
    // A file's name is part of the question: analyzers are told it.
    subject.dataType === 'file' ? subject.value : '',
    subject.tlp,
    subject.pap,
    parameters,
  ];
  return hash('sha256', JSON.stringify(parts));
}

/** The name under which what an analyzer sends is grouped, in the sheet and in the egress ledger. */
export const destinationOf = ({ name, card }: Pick<KnownFlavor, 'name' | 'card'>): string =>
  card.hosts[0] ?? `${name}: not declared`;

/** Puts rows under their destinations: what stays here, what goes where, what may not. */
export function layOut(rows: readonly PlannedRow[], now: number, isForcedOffline: boolean): PlannedSheet {
  const local: z.infer<typeof RunRow>[] = [];
  const refused: z.infer<typeof RunRow>[] = [];
  const destinations = new Map<string, z.infer<typeof RunSheet>['destinations'][number]>();
  const leaving = new Set<string>();
  let tlp: Tlp = 'clear';
  let pap: Pap = 'clear';
  let cached = 0;
  for (const { row, flavor } of rows) {
    if (row.verdict === 'refused') {
      refused.push(row);
      continue;
    }
    if (tlpRank(row.tlp) > tlpRank(tlp)) tlp = stricterTlp(tlp, row.tlp);
    if (papRank(row.pap) > papRank(pap)) pap = stricterPap(pap, row.pap);
    if (row.verdict === 'cached') cached += 1;
    if (flavor.isLocal) {
      local.push(row);
      continue;
    }
    const { card } = flavor;
    const name = destinationOf(flavor);
    let group = destinations.get(name);
    if (group === undefined) {
      group = { name, hosts: [], seenBy: card.seenBy, keeps: card.keeps, rows: [] };
      destinations.set(name, group);
    }
    for (const host of card.hosts) if (!group.hosts.includes(host)) group.hosts.push(host);
    group.rows.push(row);
    if (row.verdict !== 'cached') leaving.add(`${row.dataType}\0${row.value}`);
  }
  const sheet: z.infer<typeof RunSheet> = {
    id: uuidv7(),
    createdAt: now,
    local,
    destinations: [...destinations.values()],
    refused,
    strictest: { tlp, pap },
    counts: {
      jobs: rows.length - refused.length,
      local: local.length,
      valuesLeaving: leaving.size,
      cached,
      refused: refused.length,
    },
  };
  return { sheet, rows: new Map(rows.map((planned) => [planned.row.row, planned])), isForcedOffline };
}
