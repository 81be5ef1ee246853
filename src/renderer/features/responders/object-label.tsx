import type { ObjectType } from '../../../shared/contract/responders.ts';
import { isDataType } from '../../../shared/model/data-type.ts';
import { Text } from '../../ui/text.tsx';
import { Value } from '../../ui/value.tsx';

/** The line that names an object. An observable's is its type and its value, which is shown as everywhere else. */
export function ObjectLabel({ type, label }: { type: ObjectType; label: string }) {
  const cut = label.indexOf(' ');
  const dataType = label.slice(0, Math.max(0, cut));
  if (type !== 'case_artifact' || !isDataType(dataType)) return <Text>{label}</Text>;
  return <Value dataType={dataType} value={label.slice(cut + 1)} />;
}
