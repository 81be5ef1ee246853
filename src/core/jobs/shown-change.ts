import type { ShownChange } from '../../shared/contract/history.ts';
import type { ReportChange } from '../../shared/model/report-diff.ts';

/** Of one value and one path step; a difference is a line, the whole is in Raw JSON. */
const MAX_TEXT = 1_000;
const MAX_STEP = 200;
/** Parts of a list or a record that a line tells. */
const MAX_PARTS = 12;

/** A change as it travels to the window: values as one line of text, everything bounded. */
export function shownChange(part: ShownChange['part'], change: ReportChange): ShownChange {
  const { kind, path, before, after, isNoise } = change;
  const whole = part === 'artifacts' && path.length === 1 ? artifactOf(after ?? before) : undefined;
  return {
    part,
    kind,
    path: path.map((step) => step.slice(0, MAX_STEP)),
    dataType: whole?.dataType ?? null,
    before: before === undefined ? null : (whole?.value ?? lineOf(before)),
    after: after === undefined ? null : (whole?.value ?? lineOf(after)),
    isNoise,
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function artifactOf(value: unknown): { dataType: string; value: string } | undefined {
  if (!isRecord(value) || typeof value['dataType'] !== 'string') return undefined;
  const name = value['data'] ?? value['filename'] ?? value['sha256'];
  return typeof name === 'string' ? { dataType: value['dataType'], value: name.slice(0, MAX_TEXT) } : undefined;
}

/** `phishing, finance`; `engine A, result malware`; what lies deeper is counted. */
function lineOf(value: unknown, isInner = false): string | number | boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.slice(0, MAX_TEXT);
  if (value === null || value === undefined) return '';
  const [parts, size] = Array.isArray(value)
    ? [value.slice(0, MAX_PARTS).map((item) => String(lineOf(item, true))), value.length]
    : [
        Object.entries(value)
          .slice(0, MAX_PARTS)
          .filter(([, inner]) => inner !== null && inner !== '')
          .map(([key, inner]) => `${key} ${String(lineOf(inner, true))}`),
        Object.keys(value).length,
      ];
  if (isInner) return `(${size} ${Array.isArray(value) ? 'entries' : 'fields'})`;
  const more = size > MAX_PARTS ? `, and ${size - MAX_PARTS} more` : '';
  return `${parts.join(', ').slice(0, MAX_TEXT)}${more}`;
}
