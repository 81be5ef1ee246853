import { Menu } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconDots, IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { CustomFieldValue } from '../../../shared/contract/custom-fields.ts';
import { callCore, type Input } from '../../api/client.ts';
import { undoable } from '../../state/undoable.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { moved } from '../../ui/sortable-list.tsx';
import { Text } from '../../ui/text.tsx';
import { DateTime } from '../../ui/time.tsx';
import { Value } from '../../ui/value.tsx';
import { FieldInput } from './field-input.tsx';
import { type FieldOwner, fieldsQuery, fieldValuesQuery } from './queries.ts';
import './custom-fields.css';

/** The custom fields of a case or an alert: each is edited where it stands, put in order, taken off and added by name. */
export function CustomFields({ on }: { on: FieldOwner }) {
  const { data: values } = useQuery(fieldValuesQuery(on));
  const { data: fields } = useQuery(fieldsQuery);
  const [edited, setEdited] = useState<string>();
  const [error, setError] = useState<unknown>();
  const attempt = (run: Promise<unknown>): void => {
    setError(undefined);
    run.catch(setError);
  };
  const there = new Set((values ?? []).map(({ fieldId }) => fieldId));
  const missing = (fields ?? []).filter(({ id }) => !there.has(id));
  const add = (fieldId: string): void => {
    attempt(
      callCore('customFields.set', { ...on, fieldId, value: null }).then(() => {
        setEdited(fieldId);
      }),
    );
  };
  const arrange = (from: number, to: number): void => {
    const fieldIds = moved(values ?? [], from, to).map(({ fieldId }) => fieldId);
    attempt(undoable('Fields put in order', 'customFields.arrange', { ...on, fieldIds }));
  };
  return (
    <section aria-label="Custom fields">
      <div className="side-head">
        Custom fields {values && values.length > 0 && <span className="t3">{values.length}</span>}
        <span className="right" />
        {missing.length > 0 && (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button kind="ghost" size="small">
                <IconPlus size={13} stroke={1.75} aria-hidden="true" />
                Add field
              </Button>
            </Menu.Target>
            <Menu.Dropdown mah={320} className="scroll">
              {missing.map((field) => (
                <Menu.Item key={field.id} onClick={() => add(field.id)} title={field.description}>
                  <Text>{field.displayName}</Text>
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      {Boolean(error) && (
        <div className="section">
          <ErrorNote error={error} />
        </div>
      )}
      {values && values.length === 0 && (
        <p className="section t2 f12">
          {fields && fields.length === 0 ? (
            <>
              Facts of your own, such as a ticket number or a loss.{' '}
              <Link className="lnk" href="/settings/fields">
                Define the first field
              </Link>
            </>
          ) : (
            'None on it yet. A case template can bring them along.'
          )}
        </p>
      )}
      <dl className="field-values">
        {(values ?? []).map((field, index) => (
          <FieldRow
            key={field.fieldId}
            field={field}
            isEdited={edited === field.fieldId}
            isFirst={index === 0}
            isLast={index === (values?.length ?? 0) - 1}
            onEdit={(isOn) => setEdited(isOn ? field.fieldId : undefined)}
            onSave={(value) =>
              attempt(
                undoable(`${field.displayName} ${value === null ? 'emptied' : 'set'}`, 'customFields.set', {
                  ...on,
                  fieldId: field.fieldId,
                  value,
                }),
              )
            }
            onMove={(by) => arrange(index, index + by)}
            onRemove={() =>
              attempt(
                undoable(`${field.displayName} taken off`, 'customFields.unset', { ...on, fieldId: field.fieldId }),
              )
            }
          />
        ))}
      </dl>
    </section>
  );
}

function FieldRow(props: {
  field: CustomFieldValue;
  isEdited: boolean;
  isFirst: boolean;
  isLast: boolean;
  onEdit(isOn: boolean): void;
  onSave(value: Input<'customFields.set'>['value']): void;
  onMove(by: 1 | -1): void;
  onRemove(): void;
}) {
  const { field } = props;
  return (
    <div className="field-row">
      <dt title={field.description === '' ? field.name : field.description}>
        <Text>{field.displayName}</Text>
        {field.isMandatory && field.value === null && <span className="setting-missing"> needed to close</span>}
      </dt>
      <dd>
        {props.isEdited ? (
          <FieldInput
            field={field}
            value={field.value}
            isAutoFocused
            onSave={props.onSave}
            onDone={() => props.onEdit(false)}
          />
        ) : (
          <button
            type="button"
            className="field-value"
            aria-label={`Edit ${field.displayName}`}
            onClick={() => props.onEdit(true)}
          >
            <FieldShown field={field} />
          </button>
        )}
      </dd>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button kind="ghost" size="small" isIcon label={`More about ${field.displayName}`}>
            <IconDots size={14} stroke={1.75} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={props.isFirst} leftSection={<IconArrowUp size={14} />} onClick={() => props.onMove(-1)}>
            Move up
          </Menu.Item>
          <Menu.Item disabled={props.isLast} leftSection={<IconArrowDown size={14} />} onClick={() => props.onMove(1)}>
            Move down
          </Menu.Item>
          <Menu.Item leftSection={<IconX size={14} />} onClick={props.onRemove}>
            Take off
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function FieldShown({ field: { type, value } }: { field: CustomFieldValue }) {
  if (value === null) return <span className="t3">Not filled in</span>;
  if (type === 'date' && typeof value === 'number') return <DateTime at={value} />;
  if (type === 'boolean') return value === true ? 'Yes' : 'No';
  if (type === 'url') return <Value dataType="url" value={String(value)} isWhole />;
  return (
    <span className="breaks">
      <Text>{String(value)}</Text>
    </span>
  );
}
