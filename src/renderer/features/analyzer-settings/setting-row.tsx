import { Menu } from '@mantine/core';
import { IconAlertCircle, IconDots } from '@tabler/icons-react';
import { useId } from 'react';
import type { FlavorConfig, GivenValue, SettingField } from '../../../shared/contract/config.ts';
import { Button } from '../../ui/controls.tsx';
import { Text } from '../../ui/text.tsx';
import { type EditScope, heldAt, inheritedBy, scopeOf, valueWords } from './form-model.ts';
import { SecretInput } from './secret-input.tsx';
import { SettingInput } from './setting-input.tsx';

interface RowProps {
  field: SettingField;
  config: FlavorConfig;
  edit: { scope: EditScope; value: GivenValue } | undefined;
  /** What the core said of it when it was saved. */
  error: string | undefined;
  /** Where it was said to go, before anything was typed. */
  chosen: EditScope | undefined;
  onEdit(scope: EditScope, value: GivenValue | undefined): void;
  onScope(scope: EditScope): void;
  onMark(scope: EditScope, isSecret: boolean): void;
}

/** A setting: label above, control, help below; an error takes the help's place. */
export function SettingRow(props: RowProps) {
  const { field, config, edit, error, chosen, onEdit } = props;
  const helpId = useId();
  const scope = edit?.scope ?? chosen ?? scopeOf(field, config);
  const held = heldAt(field, scope, config.engagementId);
  const inherited = inheritedBy(field, scope, config);
  const change = (value: GivenValue | undefined): void => onEdit(scope, value);
  const placeholder =
    inherited === undefined ? '' : inherited.isSecret ? 'A secret is set already' : valueWords(inherited.value);
  const isSecret = field.isSecret || held?.secret != null;
  const wrong = error ?? (field.problem === '' || edit !== undefined ? undefined : field.problem);
  const isMissing = edit === undefined && config.missing.includes(field.name) && held === undefined;
  return (
    <div className="setting">
      <div className="row tight setting-head">
        <span className="label">
          <Text>{field.name}</Text>
        </span>
        {field.isRequired && <span className="f11 t3">required</span>}
        {isMissing && <span className="f11 setting-missing">not set</span>}
        <span className="right" />
        {config.base !== null && field.kind === 'item' && (scope !== 'base' || config.base.flavors.length > 1) && (
          <span className="f11 t3">{scope === 'base' ? `shared by ${config.base.flavors.length}` : 'only here'}</span>
        )}
        {field.kind === 'item' && <RowMenu {...props} scope={scope} />}
      </div>
      {isSecret ? (
        <SecretInput
          field={field}
          secret={held?.secret ?? null}
          edit={edit?.value}
          placeholder={placeholder}
          error={wrong}
          describedBy={helpId}
          onChange={change}
        />
      ) : (
        <SettingInput
          field={field}
          value={edit === undefined ? (held?.value ?? null) : (edit.value as never)}
          placeholder={placeholder}
          error={wrong}
          describedBy={helpId}
          onChange={change}
        />
      )}
      {wrong === undefined ? (
        <p className="help breaks" id={helpId}>
          <Text>{sentence(field.description)}</Text>
          {held === undefined && edit === undefined && inherited !== undefined && ` Now from ${inherited.from}.`}
        </p>
      ) : (
        <p className="field-error breaks" id={helpId} role="alert">
          <IconAlertCircle size={14} stroke={1.75} aria-hidden="true" />
          <Text>{wrong}</Text>
        </p>
      )}
    </div>
  );
}

/** Descriptors end their words as they like; another sentence follows here. */
const sentence = (text: string): string => (/[\p{L}\p{N})"”]$/u.test(text) ? `${text}.` : text);

function RowMenu({ field, config, scope, onEdit, onScope, onMark }: RowProps & { scope: EditScope }) {
  const other: EditScope = scope === 'base' ? 'flavor' : 'base';
  const isText = field.type === 'string' || field.type === 'text';
  const hasOwn = heldAt(field, 'flavor', config.engagementId) !== undefined;
  if (config.base === null && !isText) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button kind="ghost" size="small" isIcon label={`More about ${field.name}`}>
          <IconDots size={14} stroke={1.75} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {config.base !== null && other === 'flavor' && (
          <Menu.Item onClick={() => onScope('flavor')}>Use another value for this analyzer only</Menu.Item>
        )}
        {config.base !== null && other === 'base' && (
          <Menu.Item onClick={() => (hasOwn ? onEdit('flavor', null) : onScope('base'))}>
            Use the shared value again
          </Menu.Item>
        )}
        {isText && (
          <Menu.Item onClick={() => onMark(scope, !field.isSecret)}>
            {field.isSecret ? 'It is no secret: forget it and show what is typed' : 'It is a secret: hide it'}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
