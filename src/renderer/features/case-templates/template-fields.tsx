import { Select } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Button } from '../../ui/controls.tsx';
import { moved, SortableList } from '../../ui/sortable-list.tsx';
import { Text } from '../../ui/text.tsx';
import { FieldInput } from '../custom-fields/field-input.tsx';
import { fieldsQuery } from '../custom-fields/queries.ts';
import type { DraftField } from './template-draft.ts';

/** The custom fields that a case gets, with the values that they start with. */
export function TemplateFields({
  fields,
  onChange,
}: {
  fields: readonly DraftField[];
  onChange(fields: DraftField[]): void;
}) {
  const { data } = useQuery(fieldsQuery);
  const known = new Map((data ?? []).map((field) => [field.name, field]));
  const there = new Set(fields.map(({ name }) => name));
  const missing = (data ?? []).filter(({ name }) => !there.has(name));
  return (
    <div>
      <span className="label">Custom fields</span>
      {data?.length === 0 ? (
        <p className="help">
          There are none.{' '}
          <Link className="lnk" href="/settings/fields">
            Define one
          </Link>
          ; what you changed here stays.
        </p>
      ) : (
        <Select
          aria-label="Add a field"
          placeholder="Add a field"
          searchable
          data={missing.map(({ name, displayName }) => ({ value: name, label: displayName }))}
          value={null}
          onChange={(name) => name !== null && onChange([...fields, { key: name, name, value: null }])}
        />
      )}
      <SortableList
        label="Fields of the template"
        items={fields}
        itemKey={({ key }) => key}
        itemName={({ name }) => known.get(name)?.displayName ?? name}
        onMove={(from, to) => onChange(moved(fields, from, to))}
        renderItem={(row) => {
          const field = known.get(row.name);
          return (
            <div className="template-field">
              <span className="f12 breaks">
                <Text>{field?.displayName ?? row.name}</Text>
              </span>
              {field ? (
                <FieldInput
                  field={field}
                  value={row.value}
                  onSave={(value) => onChange(fields.map((each) => (each.key === row.key ? { ...each, value } : each)))}
                />
              ) : (
                <span className="f12 setting-missing">There is no such field any more.</span>
              )}
              <Button
                kind="ghost"
                size="small"
                isIcon
                label={`Remove ${field?.displayName ?? row.name}`}
                onClick={() => onChange(fields.filter(({ key }) => key !== row.key))}
              >
                <IconX size={14} stroke={1.75} />
              </Button>
            </div>
          );
        }}
      />
    </div>
  );
}
