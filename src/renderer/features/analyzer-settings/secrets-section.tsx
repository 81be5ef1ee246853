import { Menu, PasswordInput, Select, Textarea } from '@mantine/core';
import { IconDots, IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { SECRET_PLACES } from '../../../shared/contract/secrets.ts';
import type { Output } from '../../api/client.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import {
  secretsQuery,
  useCheckSecret,
  useDeleteSecret,
  useMoveSecret,
  usePreferPlace,
  useReplaceSecret,
  useRetrySecrets,
} from './queries.ts';
import { maskOf, PLACE_NAMES, PLACE_WORDS, whoseWords } from './secret-words.ts';
import './analyzer-settings.css';

type Listed = Output<'secrets.list'>;
type Secret = Listed['secrets'][number];

/** Keys and passwords of services: where they lie, who uses them, replace and delete. None is ever shown. */
export function SecretsSection() {
  const { data, error, refetch } = useQuery(secretsQuery);
  const retry = useRetrySecrets();
  const isBroken = data?.secrets.some((secret) => !secret.isReadable && secret.place === 'keychain') === true;
  return (
    <section aria-labelledby="settings-secrets">
      <div className="row">
        <h2 id="settings-secrets">Secrets</h2>
        {data && <span className="f12 t3">{plural(data.secrets.length, 'key or password', 'keys and passwords')}</span>}
        <span className="right" />
        {isBroken && (
          <Button size="small" isDisabled={retry.isPending} onClick={() => retry.mutate()}>
            Ask the keychain again
          </Button>
        )}
      </div>
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {retry.error && <ErrorNote error={retry.error} />}
      {!data && !error && <Skeleton />}
      {data && (
        <>
          <Place listed={data} />
          {data.secrets.length === 0 ? (
            <p className="help">None yet. They are entered in the settings of an analyzer.</p>
          ) : (
            <ul className="secret-list f12">
              {data.secrets.map((secret) => (
                <Row key={secret.id} secret={secret} places={data.places} />
              ))}
            </ul>
          )}
          <p className="help">
            A run gets its secrets in its own input only. They are taken out of everything that it sends back, and are
            in no backup but sealed in the vault file.
          </p>
        </>
      )}
    </section>
  );
}

function Place({ listed: { places, preferred } }: { listed: Listed }) {
  const prefer = usePreferPlace();
  const problem = places.find(({ place, isUsable }) => place === 'keychain' && !isUsable)?.reason;
  return (
    <div>
      <Select
        label="Where new ones go"
        description={
          problem === undefined || problem === ''
            ? 'Those that are there stay where they are.'
            : `The keychain cannot be used: ${problem}`
        }
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        data={SECRET_PLACES.map((place) => ({
          value: place,
          label: PLACE_NAMES[place],
          disabled: places.find((one) => one.place === place)?.isUsable === false,
        }))}
        value={preferred}
        allowDeselect={false}
        onChange={(place) => place !== null && prefer.mutate({ place })}
      />
      {prefer.error && <ErrorNote error={prefer.error} />}
    </div>
  );
}

function Row({ secret, places }: { secret: Secret; places: Listed['places'] }) {
  const [isReplacing, setReplacing] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const check = useCheckSecret();
  const move = useMoveSecret();
  const remove = useDeleteSecret();
  const flavors = secret.usedBy.flatMap((use) => use.flavors);
  const failure = check.error ?? move.error ?? remove.error;
  return (
    <li>
      <span className="mono">{secret.isReadable ? maskOf(secret) : '••••••••••••'}</span>
      <span className="grow breaks">
        {secret.usedBy.length === 0 ? (
          <span className="t3">Used by nothing</span>
        ) : (
          secret.usedBy.map((use) => (
            <span key={`${use.scope} ${use.target} ${use.setting} ${use.engagementId ?? ''}`} className="secret-use">
              <span className="m">
                <Text>{use.setting}</Text>
              </span>{' '}
              of <Text>{whoseWords(use)}</Text>
              {use.scope === 'base' && (
                <span className="t3" title={use.flavors.map(({ name, version }) => `${name} ${version}`).join('\n')}>
                  {' '}
                  ({plural(use.flavors.length, 'analyzer')})
                </span>
              )}
              {use.engagementId !== null && <span className="t3">, one engagement only</span>}
            </span>
          ))
        )}
        <span className="t3">
          {PLACE_WORDS[secret.place]}, set <When at={secret.setAt} />
          {secret.testedAt !== null && (
            <>
              , {secret.testResult === 'accepted' ? 'worked' : 'failed'} <When at={secret.testedAt} />
            </>
          )}
        </span>
      </span>
      <span className="row tight">
        <Button size="small" onClick={() => setReplacing(true)}>
          Replace…
        </Button>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button kind="ghost" size="small" isIcon label="More about this secret">
              <IconDots size={14} stroke={1.75} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              onClick={() =>
                check.mutate(secret.id, {
                  onSuccess: ({ isReadable, place }) => isReadable && toast(`Found ${PLACE_WORDS[place]}`),
                })
              }
            >
              Check that it is there
            </Menu.Item>
            {places
              .filter(({ place, isUsable }) => place !== secret.place && isUsable)
              .map(({ place }) => (
                <Menu.Item
                  key={place}
                  disabled={!secret.isReadable}
                  onClick={() =>
                    move.mutate(
                      { id: secret.id, place },
                      { onSuccess: () => toast(`Moved, now ${PLACE_WORDS[place]}`) },
                    )
                  }
                >
                  Move to: {PLACE_NAMES[place]}
                </Menu.Item>
              ))}
            <Menu.Item color="red" onClick={() => setAsking(true)}>
              Delete…
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </span>
      {!secret.isReadable && (
        <p className="field-error">
          <IconPlugConnectedX size={14} stroke={1.75} aria-hidden="true" />
          <Text>{secret.problem}</Text>
        </p>
      )}
      {isReplacing && <Replace secret={secret} onClose={() => setReplacing(false)} />}
      {failure && <ErrorNote error={failure} />}
      <Confirm
        isOpen={isAsking}
        title="Delete this secret?"
        verb="Delete it"
        keep="Keep it"
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate(secret.id, { onSuccess: () => toast('Secret deleted') })}
      >
        {flavors.length > 0
          ? `${plural(flavors.length, 'analyzer')} use it and cannot run without another one. It cannot be brought back.`
          : 'It cannot be brought back.'}
      </Confirm>
    </li>
  );
}

function Replace({ secret, onClose }: { secret: Secret; onClose(): void }) {
  const [text, setText] = useState('');
  const replace = useReplaceSecret();
  const isLong = secret.usedBy.some(({ setting }) => /cert|pem|private/i.test(setting));
  const shared = {
    label: 'New value',
    value: text,
    autoComplete: 'new-password',
    onChange: (event: { target: { value: string } }) => setText(event.target.value),
  };
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        replace.mutate(
          { id: secret.id, value: text },
          {
            onSuccess: () => {
              toast('Secret replaced');
              onClose();
            },
          },
        );
      }}
    >
      {isLong ? (
        <Textarea {...shared} className="mono masked" rows={4} />
      ) : (
        <PasswordInput {...shared} data-autofocus />
      )}
      {replace.error && <ErrorNote error={replace.error} />}
      <div className="row">
        <Button type="submit" kind="primary" isDisabled={text === '' || replace.isPending}>
          Replace
        </Button>
        <Button onClick={onClose}>Keep the old one</Button>
      </div>
    </form>
  );
}
