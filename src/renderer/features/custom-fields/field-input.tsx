import { Select, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { CustomFieldValue, FieldContent } from '../../../shared/contract/custom-fields.ts';
import { fieldText, readFieldText } from './field-text.ts';

type FieldShape = Pick<CustomFieldValue, 'displayName' | 'type' | 'options'>;

const HELP: Partial<Record<FieldShape['type'], string>> = {
  date: 'A date or a time, in UTC unless it says another zone',
};

/**
 * The value of a custom field, checked when it is left: what does not fit stays in the field with the reason. Enter
 * saves, Escape leaves it as it was.
 */
export function FieldInput(props: {
  field: FieldShape;
  value: FieldContent;
  isAutoFocused?: boolean;
  /** Only for a value that differs. */
  onSave(value: FieldContent): void;
  /** After saving, or with Escape. */
  onDone?(): void;
}) {
  const { field, value } = props;
  const [text, setText] = useState(fieldText(field.type, value));
  const [problem, setProblem] = useState<string>();
  const save = (next: FieldContent): void => {
    if (next !== value) props.onSave(next);
    props.onDone?.();
  };
  const leave = (): void => {
    const read = readFieldText(field, text);
    if ('problem' in read) setProblem(read.problem);
    else {
      setProblem(undefined);
      save(read.value);
    }
  };
  const choices =
    field.type === 'boolean'
      ? [
          { value: 'true', label: 'Yes' },
          { value: 'false', label: 'No' },
        ]
      : field.options.map((option) => ({ value: option, label: option }));
  if (choices.length > 0) {
    return (
      <Select
        aria-label={field.displayName}
        placeholder="Not filled in"
        data={choices}
        value={value === null ? null : String(value)}
        clearable
        searchable={choices.length > 8}
        onChange={(chosen) => {
          const read = readFieldText(field, chosen ?? '');
          if ('value' in read) save(read.value);
        }}
        {...(props.isAutoFocused ? { 'data-autofocus': true, autoFocus: true, onBlur: () => props.onDone?.() } : {})}
      />
    );
  }
  const common = {
    'aria-label': field.displayName,
    placeholder: field.type === 'date' ? 'YYYY-MM-DD HH:MM' : 'Not filled in',
    value: text,
    error: problem,
    maxLength: 65_536,
    ...(HELP[field.type] === undefined ? {} : { description: HELP[field.type] }),
    inputWrapperOrder: ['input', 'error', 'description'] as ('input' | 'error' | 'description')[],
    // oxlint-disable-next-line jsx-a11y/no-autofocus -- the user just asked to edit it
    autoFocus: props.isAutoFocused ?? false,
    onBlur: leave,
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      setText(fieldText(field.type, value));
      setProblem(undefined);
      props.onDone?.();
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      leave();
    }
  };
  if (field.type === 'string') {
    return (
      <Textarea
        {...common}
        autosize
        minRows={1}
        maxRows={8}
        onKeyDown={onKeyDown}
        onChange={(event) => setText(event.target.value)}
      />
    );
  }
  return (
    <TextInput
      {...common}
      inputMode={field.type === 'integer' ? 'numeric' : field.type === 'float' ? 'decimal' : 'text'}
      onKeyDown={onKeyDown}
      onChange={(event) => setText(event.target.value)}
    />
  );
}
