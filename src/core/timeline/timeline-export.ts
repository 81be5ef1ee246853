import type { TimelineEvent } from '../../shared/contract/timeline.ts';
import { csvLine } from '../../shared/model/csv.ts';
import { EVENT_KIND_WORDS } from '../../shared/model/event-kind.ts';
import { rfc3339, wallText } from '../../shared/model/time/write-time.ts';

export interface ExportedEvent extends TimelineEvent {
  assets: string[];
  /** Defanged. */
  observables: string[];
}

const CSV_HEAD = [
  'time',
  'end',
  'utc',
  'zone given',
  'precision',
  'as written',
  'title',
  'kind',
  'description',
  'assets',
  'observables',
  'techniques',
  'tags',
  'starred',
  'source',
  'place in source',
  'recorded (UTC)',
  'about the time',
];

/** RFC 4180; no cell runs as a formula. `zone` is how the first two columns are written; the third is always UTC. */
export function timelineCsv(events: readonly ExportedEvent[], zone: string): string {
  const lines = events.map((event) =>
    csvLine([
      rfc3339(event.at, zone, event.precision),
      event.endAt === null ? '' : rfc3339(event.endAt, zone, event.precision),
      new Date(event.at).toISOString(),
      event.zone,
      event.precision,
      event.given,
      event.title,
      EVENT_KIND_WORDS[event.kind],
      event.description,
      event.assets.join('; '),
      event.observables.join('; '),
      event.techniques.join('; '),
      event.tags.join('; '),
      event.isStarred ? 'yes' : '',
      event.source,
      event.sourceRef,
      new Date(event.createdAt).toISOString(),
      event.notes.join(' '),
    ]),
  );
  return csvLine(CSV_HEAD) + lines.join('');
}

/** A table that stays one whatever is in its cells. */
export function timelineMarkdown(events: readonly ExportedEvent[], zone: string): string {
  const rows = events.map((event) =>
    [
      wallText(event.at, zone, event.precision) +
        (event.endAt === null ? '' : ` to ${wallText(event.endAt, zone, event.precision)}`),
      event.title,
      EVENT_KIND_WORDS[event.kind],
      event.assets.join(', '),
      event.techniques.join(', '),
    ].map(cell),
  );
  const head = [`Time (${zone})`, 'Event', 'Kind', 'Assets', 'ATT&CK'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

const cell = (text: string): string =>
  text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\|<>[\]`*_!]/g, (sign) => `\\${sign}`)
    .trim();
