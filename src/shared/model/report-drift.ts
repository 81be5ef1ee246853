import { type Level, type Taxonomy, worstLevel } from './report.ts';

/** A number that a report's short answer gives, such as 41 of 72 engines. */
export interface Score {
  value: number;
  /** Out of how many; null where it does not say. */
  of: number | null;
  /** What is counted: `engines`, `%`, `events`, or the taxonomy's own name. */
  unit: string;
  /** Where it stands: `VT:GetReport`. */
  name: string;
  level: Level;
}

/** A run as far as drift needs it. */
export interface Run {
  /** UTC milliseconds. */
  at: number;
  taxonomies: readonly Taxonomy[];
  /** The long report, where it is at hand: some analyzers say the number only there. */
  full?: Readonly<Record<string, unknown>>;
}

const RATIO = /^\s*"?(\d{1,9})\s*\/\s*(\d{1,9})"?\s*$/;
const NUMBER = /^\s*"?(\d{1,12}(?:\.\d{1,6})?)\s?(%?)\s?([\p{L}][\p{L}_() -]{0,39})?"?\s*$/u;
/** Multi-scanners: what they count has one name for everybody. */
const ENGINES = /^(vt|virustotal|opswat|metadefender|metascan|hybridanalysis|jotti|polyswarm|virusbay)$/i;

/** The number in a taxonomy, where it is one: `3/72`, `7 events`, `85 %`. */
export function scoreOf(taxonomy: Taxonomy): Score | undefined {
  const { namespace, predicate, level, value } = taxonomy;
  const name = `${namespace}:${predicate}`;
  if (typeof value === 'number' && Number.isFinite(value)) return { value, of: null, unit: name, name, level };
  if (typeof value !== 'string' || value.length > 60) return undefined;
  const ratio = RATIO.exec(value);
  if (ratio !== null) {
    const unit = ENGINES.test(namespace) ? 'engines' : name;
    return { value: Number(ratio[1]), of: Number(ratio[2]), unit, name, level };
  }
  const number = NUMBER.exec(value);
  if (number === null) return undefined;
  const words = number[3]?.trim();
  return { value: Number(number[1]), of: null, unit: number[2] === '%' ? '%' : (words ?? name), name, level };
}

/** Where known services put the number that matters; `full` may be their answer itself or hold it under `data`. */
const SHAPES: readonly { path: readonly string[]; of?: readonly string[]; unit: string }[] = [
  { path: ['positives'], of: ['total'], unit: 'engines' },
  { path: ['attributes', 'last_analysis_stats', 'malicious'], unit: 'engines' },
  { path: ['last_analysis_stats', 'malicious'], unit: 'engines' },
  { path: ['scan_results', 'total_detected_avs'], of: ['scan_results', 'total_avs'], unit: 'engines' },
  { path: ['abuseConfidenceScore'], unit: '%' },
  { path: ['fraud_score'], unit: '% fraud score' },
  { path: ['classification_score'], unit: '% score' },
  { path: ['info', 'score'], unit: 'points' },
];

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<string, unknown>)[key]
        : undefined,
    value,
  );

function bodyScores(full: Readonly<Record<string, unknown>>): Score[] {
  const roots = [full, full['data'], at(full, ['values', '0', 'data']), at(full, ['results', '0'])];
  return SHAPES.flatMap(({ path, of, unit }): Score[] => {
    for (const root of roots) {
      const value = at(root, path);
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      const total = of === undefined ? undefined : at(root, of);
      return [{ value, of: typeof total === 'number' ? total : null, unit, name: path.join('.'), level: 'info' }];
    }
    return [];
  });
}

const scoresOf = (run: Run): Score[] => [
  ...run.taxonomies.map(scoreOf).filter((score) => score !== undefined),
  ...(run.full === undefined ? [] : bodyScores(run.full)),
];

/** What a line beside a value draws: the worst taxonomy's number, else any number there is. */
export function mainScore(taxonomies: readonly Taxonomy[]): Score | undefined {
  const scores = taxonomies.map(scoreOf).filter((score) => score !== undefined);
  const worst = worstLevel(scores.map((score) => score.level));
  return scores.find((score) => score.level === worst && score.of !== null) ?? scores.find((s) => s.level === worst);
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
];

/** `6 days`, `1 hour`, `under a minute`. */
export function spanWords(ms: number): string {
  if (ms < 60_000) return 'under a minute';
  const [size, word] = UNITS.find(([unit]) => ms >= unit) ?? [60_000, 'minute'];
  const n = Math.round(ms / size);
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}

const levelOf = (run: Run): Level | undefined => worstLevel(run.taxonomies.map((one) => one.level));

/**
 * How the answer moved between two runs, in one line: `3 → 41 engines in 6 days, now malicious`. Null where neither a
 * number nor the verdict moved.
 */
export function driftOf(before: Run, after: Run): string | null {
  const span = spanWords(Math.abs(after.at - before.at));
  const [from, to] = [levelOf(before), levelOf(after)];
  const hasTurned = from !== to && to !== undefined;
  const moved = movedScore(scoresOf(before), scoresOf(after));
  if (moved !== undefined) {
    const unit = moved.unit === moved.name ? '' : moved.unit === '%' ? ' %' : ` ${moved.unit}`;
    const name = moved.unit === moved.name ? `${moved.name} ` : '';
    return `${name}${number(moved.from)} → ${number(moved.value)}${unit} in ${span}${hasTurned ? `, now ${to}` : ''}`;
  }
  return hasTurned ? `${from ?? 'no verdict'} → ${to} in ${span}` : null;
}

interface MovedScore extends Score {
  from: number;
}

const number = (value: number): string => String(Number(value.toFixed(2)));

/** The number that moved: the later run's worst first, one out of a total before a bare count. */
function movedScore(before: readonly Score[], after: readonly Score[]): MovedScore | undefined {
  const earlier = new Map<string, Score>();
  for (const score of before) if (!earlier.has(score.name)) earlier.set(score.name, score);
  let best: MovedScore | undefined;
  for (const score of after) {
    const known = earlier.get(score.name);
    if (known === undefined || known.value === score.value) continue;
    if (best === undefined || weight(score) > weight(best)) best = { ...score, from: known.value };
  }
  return best;
}

const WEIGHT: Readonly<Record<Level, number>> = { info: 0, safe: 2, suspicious: 4, malicious: 6 };
const weight = (score: Score): number => WEIGHT[score.level] + (score.of === null ? 0 : 1);
