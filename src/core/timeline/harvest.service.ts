import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MOST_PROPOSALS, type EventSource, type Proposal } from '../../shared/contract/timeline.ts';
import { AppError } from '../../shared/errors.ts';
import { defang } from '../../shared/model/defang.ts';
import type { EventKind } from '../../shared/model/event-kind.ts';
import { findTimes, type FoundTime } from '../../shared/model/time/find-times.ts';
import type { GivenTime, TimeOptions, TimeReading } from '../../shared/model/time/parse-time.ts';
import { isZone } from '../../shared/model/time/zones.ts';
import type { CasesService } from '../cases/cases.service.ts';
import type { Clock } from '../ports.ts';
import {
  type HarvestRepo,
  MOST_EVIDENCE,
  MOST_JOBS,
  MOST_NOTES,
  MOST_SIGHTED,
  type ReportRow,
} from './harvest.repo.ts';
import { reportTimes } from './report-times.ts';
import type { TimelineRepo } from './timeline.repo.ts';
import type { TimelineService } from './timeline.service.ts';

export interface Harvest {
  proposals: Proposal[];
  skipped: string[];
  isCut: boolean;
}

export interface HarvestService {
  /** `zone` for times that say none. */
  harvest(caseId: string, zone: string | undefined): Promise<Harvest>;
  accept(
    actor: string,
    caseId: string,
    zone: string | undefined,
    items: readonly { key: string; choice?: number | undefined }[],
  ): Promise<{ added: string[]; alreadyThere: number; refused: { key: string; reason: string }[] }>;
}

const MOST_IN_NOTE = 200;
const MAX_NOTE = 1_000_000;
/** Of the JSON of one report, and of all of a harvest, in bytes. */
const MAX_REPORT = 4 * 2 ** 20;
const MAX_REPORTS = 96 * 2 ** 20;
const TITLE = 200;
/** Milliseconds of work before others get a turn. */
const TURN = 12;

interface Raw {
  source: EventSource;
  sourceId: string;
  ref: string;
  sourceLabel: string;
  given: string;
  reading: Exclude<TimeReading, { state: 'bad' }>;
  title: string;
  kind: EventKind;
  notes: string[];
  observableIds: string[];
  subjects: string[];
}

export function createHarvestService(deps: {
  repo: HarvestRepo;
  timeline: TimelineRepo;
  service: TimelineService;
  cases: CasesService;
  clock: Clock;
  /** The JSON of a report's body and its size in bytes. */
  reportOf(reportId: string): { full: unknown } | undefined;
  bytesOf(reportId: string): number;
  assetsOf(caseId: string, engagementId: string, hashes: readonly string[]): { hash: string; assetId: string }[];
}): HarvestService {
  const { repo, timeline, service, cases, clock } = deps;

  const collect = async (caseId: string, options: TimeOptions): Promise<{ raws: Raw[]; skipped: string[] }> => {
    const raws: Raw[] = [];
    const skipped: string[] = [];
    const cut = (what: string, most: number): void =>
      void skipped.push(`Only the first ${most.toLocaleString('en-GB')} ${what} were looked at.`);
    let since = clock.monotonic();
    const turn = async (): Promise<void> => {
      if (clock.monotonic() - since < TURN) return;
      await nextTurn();
      since = clock.monotonic();
    };

    const notes = repo.notes(caseId);
    if (notes.length > MOST_NOTES) cut('notes', MOST_NOTES);
    for (const note of notes.slice(0, MOST_NOTES)) {
      // oxlint-disable-next-line no-await-in-loop -- the window must stay alive meanwhile
      await turn();
      raws.push(...fromNote(note, options));
      if (note.body.length > MAX_NOTE)
        skipped.push(`The end of the note “${note.title.slice(0, 80)}”: it is very long.`);
    }
    const sighted = repo.sighted(caseId);
    if (sighted.length > MOST_SIGHTED) cut('sighted observables', MOST_SIGHTED);
    for (const row of sighted.slice(0, MOST_SIGHTED)) raws.push(...fromSighted(row, options));
    const evidence = repo.evidence(caseId);
    if (evidence.length > MOST_EVIDENCE) cut('files', MOST_EVIDENCE);
    for (const row of evidence.slice(0, MOST_EVIDENCE)) raws.push(fromEvidence(row));
    const reports = repo.reports(caseId);
    if (reports.length >= MOST_JOBS) cut('reports', MOST_JOBS);
    let budget = MAX_REPORTS;
    let left = 0;
    for (const row of reports) {
      // oxlint-disable-next-line no-await-in-loop -- the window must stay alive meanwhile
      await turn();
      const bytes = deps.bytesOf(row.reportId);
      if (bytes > MAX_REPORT || bytes > budget) {
        left += 1;
        continue;
      }
      budget -= bytes;
      raws.push(...fromReport(row, deps.reportOf(row.reportId)?.full, options));
    }
    if (left > 0) skipped.push(`${left} reports, for their size.`);
    return { raws, skipped };
  };

  const harvest: HarvestService['harvest'] = async (caseId, zone) => {
    const { engagementId } = cases.get(caseId);
    if (zone !== undefined && !isZone(zone))
      throw new AppError('invalid_input', `“${zone}” is no zone that Osmia knows. Use UTC, +02:00 or Europe/Madrid.`);
    const { raws, skipped } = await collect(caseId, { zone, now: clock.now() });
    const keyed = new Map<string, Raw>();
    for (const raw of raws) keyed.set(keyOf(raw, keyed), raw);
    const entries = [...keyed].sort(([, a], [, b]) => timeOf(a).at - timeOf(b).at).slice(0, MOST_PROPOSALS);
    const known = new Map(
      timeline
        .byKeys(
          caseId,
          entries.map(([key]) => key),
        )
        .filter((row) => row.deletedAt === null)
        .map((row) => [row.key, row.id]),
    );
    const instants = new Map(
      timeline
        .atInstants(
          caseId,
          entries.flatMap(([, raw]) => (raw.reading.state === 'known' ? [raw.reading.time.at] : [])),
        )
        .map(({ at, id, title }) => [at, { id, title }]),
    );
    const assets = Map.groupBy(
      deps.assetsOf(caseId, engagementId, [...new Set(entries.flatMap(([, raw]) => raw.subjects))]),
      (row) => row.hash,
    );
    const proposals = entries.map(([key, raw]): Proposal => {
      const time = timeOf(raw);
      const knownAs = known.get(key) ?? null;
      const same = raw.reading.state === 'known' ? instants.get(raw.reading.time.at) : undefined;
      return {
        key,
        source: raw.source,
        sourceId: raw.sourceId,
        sourceRef: raw.ref,
        sourceLabel: raw.sourceLabel,
        given: raw.given,
        title: raw.title,
        description: '',
        kind: raw.kind,
        at: raw.reading.state === 'known' ? time.at : null,
        endAt: raw.reading.state === 'known' ? time.endAt : null,
        zone: time.zone,
        precision: time.precision,
        notes: [...raw.notes, ...(raw.reading.state === 'known' ? time.notes : [])],
        question: raw.reading.state === 'ask' ? raw.reading.question : '',
        choices:
          raw.reading.state === 'ask'
            ? raw.reading.choices.map((each) => ({
                label: each.label,
                at: each.time.at,
                endAt: each.time.endAt,
                zone: each.time.zone,
              }))
            : [],
        assetIds: [...new Set(raw.subjects.flatMap((each) => assets.get(each) ?? []).map((row) => row.assetId))],
        observableIds: raw.observableIds,
        knownAs,
        sameInstant: same === undefined || same.id === knownAs ? null : same,
      };
    });
    return { proposals, skipped, isCut: keyed.size > MOST_PROPOSALS };
  };

  return {
    harvest,
    async accept(actor, caseId, zone, items) {
      const { proposals } = await harvest(caseId, zone);
      const byKey = new Map(proposals.map((each) => [each.key, each]));
      const refused: { key: string; reason: string }[] = [];
      let alreadyThere = 0;
      const wanted = new Map(items.map((item) => [item.key, item.choice]));
      const chosen = [...wanted].flatMap(([key, choice]) => {
        const found = byKey.get(key);
        if (!found) {
          refused.push({ key, reason: 'It is no longer in its source.' });
          return [];
        }
        if (found.knownAs !== null) {
          alreadyThere += 1;
          return [];
        }
        const time = found.at === null ? (choice === undefined ? undefined : found.choices[choice]) : found;
        if (time === undefined || time.at === null) {
          refused.push({ key, reason: found.question });
          return [];
        }
        return [{ ...found, at: time.at, endAt: time.endAt, zone: time.zone }];
      });
      const { sourceKeys, ids } = { sourceKeys: chosen.map((each) => each.key), ids: [] as string[] };
      // One that was taken before and thrown away comes back as it was.
      const trashed = new Map(
        timeline
          .byKeys(caseId, sourceKeys)
          .filter((row) => row.deletedAt !== null)
          .map((row) => [row.key, row.id]),
      );
      const back = [...trashed.values()];
      if (back.length > 0) await service.restore(actor, back);
      ids.push(...back);
      const fresh = chosen.filter((each) => !trashed.has(each.key));
      if (fresh.length > 0)
        ids.push(
          ...(await service.add(
            actor,
            caseId,
            fresh.map((each) => ({
              title: each.title,
              description: each.description,
              at: each.at,
              endAt: each.endAt,
              zone: each.zone,
              precision: each.precision,
              given: each.given,
              kind: each.kind,
              source: each.source,
              sourceId: each.sourceId,
              sourceRef: each.sourceRef,
              sourceKey: each.key,
              notes: each.notes,
              assetIds: each.assetIds,
              observableIds: each.observableIds,
              techniques: [],
              isStarred: false,
              tags: [],
            })),
          )),
        );
      return { added: ids, alreadyThere, refused };
    },
  };
}

/** For one that is asked about: the first choice, to have a place in the order. */
function timeOf({ reading }: Raw): GivenTime {
  const time = reading.state === 'known' ? reading.time : reading.choices[0]?.time;
  if (!time) throw new Error('A question without choices.');
  return time;
}

/** The same words in the same place give the same key; equal ones in one note are told apart by their number. */
function keyOf(raw: Raw, taken: ReadonlyMap<string, Raw>): string {
  const about = hash('sha256', `${raw.ref}\0${raw.given}`, 'hex').slice(0, 24);
  const key = `${raw.source}:${raw.sourceId}:${about}`;
  for (let n = 2; ; n += 1) {
    const numbered = n === 2 ? key : `${key}:${n - 1}`;
    if (!taken.has(numbered)) return numbered;
  }
}

function fromNote(note: { id: string; title: string; body: string }, options: TimeOptions): Raw[] {
  const found = findTimes(note.body.slice(0, MAX_NOTE), options, MOST_IN_NOTE);
  return found.map(({ text, offset, reading }) => ({
    source: 'note',
    sourceId: note.id,
    ref: '',
    sourceLabel: note.title === '' ? 'Untitled note' : note.title.slice(0, 200),
    given: text,
    reading,
    title: sentenceAt(note.body, offset, text, found) || 'From a note',
    kind: 'other',
    notes: [],
    observableIds: [],
    subjects: [],
  }));
}

/** The sentence that a time stands in, without this and other times and the signs of Markdown. */
function sentenceAt(body: string, offset: number, text: string, all: readonly FoundTime[]): string {
  const before = body.slice(Math.max(0, offset - TITLE), offset);
  const after = body.slice(offset + text.length, offset + text.length + TITLE);
  const start = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('. '), before.lastIndexOf('; '));
  const end = /\n|[.;](?:\s|$)/.exec(after)?.index ?? after.length;
  // What led to the time leads nowhere without it.
  const lead = before
    .slice(start + 1)
    .replace(/\s*[([,]?\s*\b(?:at|on|from|since|by|around|until|am|um|le|el)\s*$/i, '');
  let sentence = `${lead} ${after.slice(0, end)}`;
  for (const other of all) {
    // Only its neighbours can stand in the same sentence.
    if (other.offset !== offset && Math.abs(other.offset - offset) < TITLE) sentence = sentence.replace(other.text, '');
  }
  return sentence
    .replace(/[*_`#>|]+|^[\s.;]*[-+]\s|^\s*\[[ x]\]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(?:and|then)\s|\s(?:and|or|to|at)$/gi, '')
    .replace(/^[\s,:;.–-]+|[\s,:;–-]+$/g, '')
    .slice(0, TITLE);
}

function fromSighted(
  row: {
    id: string;
    dataType: Parameters<typeof defang>[0];
    value: string;
    message: string;
    subjectHash: string;
    sightedAt: number | null;
    createdAt: number;
  },
  options: TimeOptions,
): Raw[] {
  const shown = defang(row.dataType, row.value).slice(0, TITLE);
  const base = {
    source: 'observable' as const,
    sourceId: row.id,
    sourceLabel: shown,
    title: `Seen: ${shown}`,
    kind: 'detection' as const,
    observableIds: [row.id],
    subjects: [row.subjectHash],
  };
  const inMessage = findTimes(row.message.slice(0, MAX_NOTE), options, 20).map(({ text, reading }) => ({
    ...base,
    ref: 'message',
    given: text,
    reading,
    notes: [],
  }));
  if (inMessage.length > 0) return inMessage;
  const at = row.sightedAt ?? row.createdAt;
  const reading = known(at, 'millisecond');
  const notes = row.sightedAt === null ? ['When it was recorded here, which is later than it was seen.'] : [];
  return [{ ...base, ref: 'sighted', given: '', reading, notes }];
}

const fromEvidence = (row: { id: string; name: string; addedAt: number; zone: string }): Raw => ({
  source: 'evidence',
  sourceId: row.id,
  ref: 'added',
  sourceLabel: row.name.slice(0, TITLE),
  given: '',
  reading: known(row.addedAt, 'millisecond', isZone(row.zone) ? row.zone : 'UTC'),
  title: `Evidence taken in: ${row.name}`.slice(0, TITLE),
  kind: 'response',
  notes: [],
  observableIds: [],
  subjects: [],
});

const known = (at: number, precision: GivenTime['precision'], zone = 'UTC'): Raw['reading'] => ({
  state: 'known',
  time: { at, endAt: null, zone, precision, form: '', notes: [] },
});

const fromReport = (row: ReportRow, full: unknown, options: TimeOptions): Raw[] =>
  reportTimes(full, { label: defang(row.dataType, row.value), flavor: row.flavorName }, options).map((each) => ({
    source: each.source,
    sourceId: row.jobId,
    ref: each.ref,
    sourceLabel: `${row.flavorName}: ${defang(row.dataType, row.value)}`.slice(0, TITLE),
    given: each.given,
    reading: each.reading,
    title: each.title,
    kind: each.kind,
    notes: each.notes,
    observableIds: row.observableId === null ? [] : [row.observableId],
    subjects: [row.subjectHash],
  }));
