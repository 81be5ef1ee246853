import type { Candidate } from '../../../shared/contract/intake.ts';

export type Decision = Candidate['decision'];

export interface GroupRow {
  kind: 'group';
  decision: Decision;
  count: number;
  isFolded: boolean;
}
export interface CandidateRow {
  kind: 'candidate';
  candidate: Candidate;
}
export type IntakeRow = GroupRow | CandidateRow;

export const GROUPS: readonly Decision[] = ['undecided', 'accept', 'skip', 'rejected'];

/** The grid's rows: candidates that match the filter, by what was decided, each group under its head. */
export function groupRows(
  candidates: readonly Candidate[],
  options: { only: Decision | 'all'; text: string; folded: ReadonlySet<Decision> },
): IntakeRow[] {
  const text = options.text.trim().toLowerCase();
  const groups: Record<Decision, Candidate[]> = { undecided: [], accept: [], skip: [], rejected: [] };
  for (const candidate of candidates) {
    if (options.only !== 'all' && candidate.decision !== options.only) continue;
    if (text !== '' && !candidate.value.toLowerCase().includes(text) && !candidate.dataType.includes(text)) continue;
    groups[candidate.decision].push(candidate);
  }
  const rows: IntakeRow[] = [];
  for (const decision of GROUPS) {
    const group = groups[decision];
    if (group.length === 0) continue;
    const isFolded = options.folded.has(decision);
    rows.push({ kind: 'group', decision, count: group.length, isFolded });
    if (!isFolded) for (const candidate of group) rows.push({ kind: 'candidate', candidate });
  }
  return rows;
}

/** How many candidates lie in each part, a part holding what its own parts hold. */
export function countByPart(candidates: readonly Candidate[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const candidate of candidates) {
    if (candidate.decision === 'rejected') continue;
    const parts = new Set<string>();
    for (const place of candidate.places) for (const part of ancestors(place.part)) parts.add(part);
    for (const part of parts) counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  return counts;
}

/** `/2/a.zip/x` → `/2/a.zip/x`, `/2/a.zip`, `/2`, `/`. */
function ancestors(part: string): string[] {
  const found = [part];
  let rest = part;
  while (rest !== '/' && rest !== '') {
    rest = rest.slice(0, rest.lastIndexOf('/')) || '/';
    found.push(rest);
  }
  return found;
}
