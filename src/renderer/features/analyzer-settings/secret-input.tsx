import { Menu, PasswordInput, Textarea } from '@mantine/core';
import { IconKey, IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { GivenValue, SettingField } from '../../../shared/contract/config.ts';
import type { SecretFacts } from '../../../shared/contract/secrets.ts';
import { Button } from '../../ui/controls.tsx';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { secretsQuery } from './queries.ts';
import { maskOf, PLACE_WORDS, whoseWords } from './secret-words.ts';

/** A secret: entered or replaced, never read. `edit` is what was typed and not yet saved. */
export function SecretInput(props: {
  field: SettingField;
  secret: SecretFacts | null;
  edit: GivenValue | undefined;
  placeholder: string;
  error: string | undefined;
  describedBy: string;
  onChange(value: GivenValue | undefined): void;
}) {
  const { field, secret, edit, onChange } = props;
  const [isReplacing, setReplacing] = useState(false);
  if (typeof edit === 'object' && edit !== null && 'useSecret' in edit) {
    return (
      <div className="secret-set">
        <IconKey size={14} stroke={1.75} aria-hidden="true" />
        <span className="grow">The one entered before, after you save</span>
        <Button size="small" onClick={() => onChange(undefined)}>
          Keep as it was
        </Button>
      </div>
    );
  }
  if (edit === null && secret) {
    return (
      <div className="secret-set">
        <span className="grow t2">Goes when you save</span>
        <Button size="small" onClick={() => onChange(undefined)}>
          Keep it
        </Button>
      </div>
    );
  }
  if (secret && !isReplacing && edit === undefined) {
    return (
      <>
        <div className="secret-set" data-problem={secret.isReadable ? undefined : ''}>
          <span className="mono">{secret.isReadable ? maskOf(secret) : '••••••••••••'}</span>
          <span className="grow" />
          <Button size="small" onClick={() => setReplacing(true)}>
            Replace…
          </Button>
          <Button size="small" kind="ghost" onClick={() => onChange(null)}>
            Remove
          </Button>
        </div>
        {!secret.isReadable && (
          <p className="field-error">
            <IconPlugConnectedX size={14} stroke={1.75} aria-hidden="true" />
            <Text>{secret.problem}</Text>
          </p>
        )}
        <p className="help">
          It is {PLACE_WORDS[secret.place]}, set <When at={secret.setAt} />.
        </p>
        <TestLine secret={secret} />
      </>
    );
  }
  const stop = (): void => {
    setReplacing(false);
    onChange(undefined);
  };
  return (
    <div className="row tight secret-edit">
      <span className="grow">
        <Typed {...props} />
      </span>
      {secret ? (
        <Button onClick={stop}>Keep the old one</Button>
      ) : (
        <Reuse onChoose={(id) => onChange({ useSecret: id })} />
      )}
      {field.isMulti && <span className="visually-hidden">One a line</span>}
    </div>
  );
}

function Typed(props: Parameters<typeof SecretInput>[0]) {
  const { field, edit, onChange } = props;
  const shared = {
    'aria-label': field.name,
    'aria-describedby': props.describedBy,
    error: props.error !== undefined,
    autoComplete: 'off',
    spellCheck: false,
  };
  const text = Array.isArray(edit) ? edit.join('\n') : typeof edit === 'string' ? edit : '';
  if (field.isMulti || field.type === 'text') {
    return (
      <Textarea
        {...shared}
        className="mono masked"
        minRows={3}
        autosize
        maxRows={8}
        placeholder={field.isMulti ? 'One a line' : props.placeholder}
        value={text}
        onChange={({ target: { value } }) =>
          onChange(value === '' ? undefined : field.isMulti ? value.split('\n') : value)
        }
      />
    );
  }
  return (
    <PasswordInput
      {...shared}
      autoComplete="new-password"
      placeholder={props.placeholder}
      value={text}
      onChange={({ target: { value } }) => onChange(value === '' ? undefined : value)}
    />
  );
}

function TestLine({ secret }: { secret: SecretFacts }) {
  if (secret.testedAt === null || secret.testResult === null) return null;
  return secret.testResult === 'accepted' ? (
    <p className="help">
      A run with it worked <When at={secret.testedAt} />.
    </p>
  ) : (
    <p className="field-error">
      <IconPlugConnectedX size={14} stroke={1.75} aria-hidden="true" />
      <span>
        A run with it failed <When at={secret.testedAt} />: <Text>{secret.testMessage}</Text>
      </span>
    </p>
  );
}

/** One that another setting has already: the same key for two services of one company. */
function Reuse({ onChoose }: { onChoose(id: string): void }) {
  const { data } = useQuery(secretsQuery);
  const usable = data?.secrets.filter((secret) => secret.isReadable && secret.usedBy.length > 0) ?? [];
  if (usable.length === 0) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button>Use one you have…</Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflow: 'auto' }}>
        {usable.map((secret) => {
          const [use] = secret.usedBy;
          return (
            <Menu.Item key={secret.id} onClick={() => onChoose(secret.id)}>
              <span className="mono">{maskOf(secret)}</span>{' '}
              <span className="t3">
                <Text>{use ? `${use.setting} of ${whoseWords(use)}` : ''}</Text>
              </span>
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
