import type { Case, Impact, Resolution } from '../../../shared/contract/entities.ts';
import { IMPACTS, RESOLUTIONS } from '../../../shared/contract/entities.ts';
import { isClosed } from '../../../shared/model/case-state.ts';
import { type Pap, stricterPap, stricterTlp, type Tlp } from '../../../shared/model/marking.ts';
import { union } from './copy-rules.ts';

/** What a case is like that is made of several (reference: thehive.md 2.8). */
export interface JoinedCase {
  title: string;
  description: string;
  summary: string;
  severity: number;
  tlp: Tlp;
  pap: Pap;
  tags: string[];
  isFlagged: boolean;
  status: Case['status'];
  resolution: Resolution | null;
  impact: Impact | null;
  startAt: number;
  endAt: number | null;
}

const MAX_TITLE = 500;
const MAX_TEXT = 1_000_000;

/** `sources` in the order in which they are named; open as long as one of them is. */
export function joinCases(sources: readonly Case[]): JoinedCase {
  const all = <T>(pick: (source: Case) => T): T[] => sources.map(pick);
  const isOver = sources.every(({ status }) => isClosed(status));
  const resolution = isOver
    ? strongest(
        RESOLUTIONS,
        all((source) => source.resolution ?? 'other'),
      )
    : null;
  const isFlagged = sources.some((source) => source.isFlagged);
  return {
    title: all(({ title }) => title)
      .join(' / ')
      .slice(0, MAX_TITLE),
    description: underHeadings(sources, ({ description }) => description),
    summary: underHeadings(sources, ({ summary }) => summary),
    severity: Math.max(...all(({ severity }) => severity)),
    tlp: all(({ tlp }) => tlp).reduce(stricterTlp),
    pap: all(({ pap }) => pap).reduce(stricterPap),
    tags: all(({ tags }) => tags).reduce(union),
    isFlagged: isFlagged && !isOver,
    status: isOver
      ? resolution === 'duplicated'
        ? 'duplicated'
        : 'resolved'
      : sources.some(({ status }) => status === 'in_progress')
        ? 'in_progress'
        : 'open',
    resolution,
    impact: isOver
      ? impactOf(
          resolution,
          all((source) => source.impact ?? 'not_applicable'),
        )
      : null,
    startAt: Math.min(...all(({ startAt }) => startAt)),
    endAt: isOver ? Math.max(...all(({ endAt, startAt }) => endAt ?? startAt)) : null,
  };
}

function impactOf(resolution: Resolution | null, impacts: Impact[]): Impact {
  if (resolution !== 'true_positive') return 'not_applicable';
  const impact = strongest(IMPACTS, impacts);
  return impact === 'not_applicable' ? 'no_impact' : impact;
}

const strongest = <T>(weakestFirst: readonly T[], list: readonly T[]): T =>
  weakestFirst[Math.max(...list.map((each) => weakestFirst.indexOf(each)))]!;

/** Each text under a heading that leads to its case. */
function underHeadings(sources: readonly Case[], textOf: (source: Case) => string): string {
  return sources
    .filter((source) => textOf(source).trim() !== '')
    .map((source) => `## [#${source.number} ${oneLine(source.title)}](osmia:case/${source.id})\n\n${textOf(source)}`)
    .join('\n\n')
    .slice(0, MAX_TEXT);
}

/** A title in a heading stays one, whatever Markdown it holds. */
const oneLine = (title: string): string => title.replace(/\s+/g, ' ').replace(/([\\`*_[\]<>#])/g, '\\$1');
