import type { CustomFieldValue } from '../../../shared/contract/custom-fields.ts';
import { callQuery } from '../../api/query.ts';

export interface FieldOwner {
  owner: 'case' | 'alert';
  ownerId: string;
}

export const fieldsQuery = callQuery('customFields.list', {}, ['field', 'case', 'alert', 'template']);

export const fieldValuesQuery = ({ owner, ownerId }: FieldOwner) =>
  callQuery('customFields.values', { owner, ownerId }, [owner, 'field'], owner === 'case' ? ownerId : undefined);

export const FIELD_TYPE_WORDS: Readonly<Record<CustomFieldValue['type'], string>> = {
  string: 'Text',
  integer: 'Whole number',
  float: 'Number',
  boolean: 'Yes or no',
  date: 'Date',
  url: 'Address',
};
