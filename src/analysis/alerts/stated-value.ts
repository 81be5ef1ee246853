import type { DataType } from '../../shared/model/data-type.ts';
import { classifyValue, normalise } from '../indicators/classify.ts';
import { ALERT_LIMITS } from './parsed-alert.ts';

/**
 * A value whose type a source states: refanged and normalised. What does not fit its type is kept as `other` and says so
 * in `problem`; undefined for what is no value at all.
 */
export function statedValue(
  dataType: DataType | undefined,
  text: string,
): { dataType: DataType; value: string; marks: string[]; problem: string | null } | undefined {
  const typed = text.trim();
  if (typed === '') return undefined;
  if (typed.length > ALERT_LIMITS.value) {
    return {
      dataType: 'other',
      value: typed.slice(0, ALERT_LIMITS.value),
      marks: [],
      problem: `longer than ${ALERT_LIMITS.value} characters: its beginning is kept as "other"`,
    };
  }
  if (dataType === undefined) {
    const found = classifyValue(typed, { orOther: true });
    return 'reason' in found ? { ...other(typed), problem: found.reason } : { ...found, problem: null };
  }
  if (dataType === 'other') return { ...other(typed), problem: null };
  const checked = normalise(dataType, typed);
  if (!('reason' in checked)) return { dataType, value: checked.value, marks: checked.marks, problem: null };
  return { ...other(typed), problem: `is no ${dataType} (${checked.reason}): kept as "other"` };
}

const other = (value: string): { dataType: DataType; value: string; marks: string[] } => ({
  dataType: 'other',
  value,
  marks: [],
});
