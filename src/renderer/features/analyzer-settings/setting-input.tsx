import { NumberInput, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { GivenValue, SettingField, SettingValue } from '../../../shared/contract/config.ts';

const LEVELS: Readonly<Record<string, readonly string[]>> = {
  max_tlp: ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:RED'],
  max_pap: ['PAP:CLEAR', 'PAP:GREEN', 'PAP:AMBER', 'PAP:RED'],
};

/** The control for one setting, by its declared type. An emptied one falls back to what it inherits. */
export function SettingInput(props: {
  field: SettingField;
  value: SettingValue | null;
  placeholder: string;
  error: string | undefined;
  describedBy: string;
  onChange(value: GivenValue): void;
}) {
  const { field, value, placeholder, onChange } = props;
  const shared = {
    'aria-label': field.name,
    'aria-describedby': props.describedBy,
    error: props.error !== undefined,
  };
  if (field.isMulti) {
    return (
      <TagsInput
        {...shared}
        value={(Array.isArray(value) ? value : value === null ? [] : [value]).map(String)}
        placeholder={placeholder}
        splitChars={[',', '\n']}
        onChange={(values) => onChange(values.length === 0 ? null : values)}
      />
    );
  }
  const levels = LEVELS[field.name];
  if (levels) {
    return (
      <Select
        {...shared}
        clearable
        placeholder={placeholder}
        data={levels.map((label, level) => ({ value: String(level), label }))}
        value={value === null ? null : String(value)}
        onChange={(chosen) => onChange(chosen === null ? null : Number(chosen))}
      />
    );
  }
  switch (field.type) {
    case 'boolean':
      return (
        <Select
          {...shared}
          clearable
          placeholder={placeholder}
          data={[
            { value: 'true', label: 'On' },
            { value: 'false', label: 'Off' },
          ]}
          value={value === null ? null : String(value)}
          onChange={(chosen) => onChange(chosen === null ? null : chosen === 'true')}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...shared}
          value={typeof value === 'number' || typeof value === 'string' ? value : ''}
          placeholder={placeholder}
          hideControls
          onChange={(typed) => onChange(typed === '' ? null : typed)}
        />
      );
    case 'text':
      return (
        <Textarea
          {...shared}
          classNames={{ input: 'mono' }}
          autosize
          minRows={3}
          maxRows={10}
          spellCheck={false}
          value={typeof value === 'string' ? value : ''}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
        />
      );
    case 'string':
      return (
        <TextInput
          {...shared}
          spellCheck={false}
          autoComplete="off"
          value={value === null ? '' : String(value)}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
        />
      );
  }
}
