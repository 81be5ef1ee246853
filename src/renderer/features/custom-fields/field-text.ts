import type { CustomFieldValue, FieldContent } from '../../../shared/contract/custom-fields.ts';
import { fitValue } from '../../../shared/model/field-value.ts';
import { parseTime } from '../../../shared/model/time/parse-time.ts';

type FieldShape = Pick<CustomFieldValue, 'displayName' | 'type' | 'options'>;
type Read = { value: FieldContent } | { problem: string };

/** As it is edited: a date in UTC to the second, everything else as it is. */
export function fieldText(type: FieldShape['type'], value: FieldContent): string {
  if (value === null) return '';
  if (type === 'date' && typeof value === 'number')
    return new Date(value)
      .toISOString()
      .replace('T', ' ')
      .replace(/(:00)?\.000Z$/, ' UTC');
  return String(value);
}

/** What was typed as a value of the field; nothing typed empties it. A problem is a sentence for the field. */
export function readFieldText(field: FieldShape, text: string): Read {
  const typed = text.trim();
  if (typed === '') return { value: null };
  if (field.type !== 'date')
    return fitValue(field.displayName, field.type, field.options, field.type === 'string' ? text : typed);
  const reading = parseTime(typed, { zone: 'UTC' });
  if (reading.state === 'known') return fitValue(field.displayName, 'date', field.options, reading.time.at);
  return { problem: reading.state === 'ask' ? reading.question : reading.reason };
}
