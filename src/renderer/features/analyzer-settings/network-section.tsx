import { Textarea, TextInput } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { NetworkConfig } from '../../../shared/contract/config.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Input } from '../../api/client.ts';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { networkQuery, useSetNetwork } from './queries.ts';
import './analyzer-settings.css';

/** Proxies and certificate authorities for every analyzer that sends; one of them may have its own. */
export function NetworkSection() {
  const { data, error, refetch } = useQuery(networkQuery);
  return (
    <section aria-labelledby="settings-network">
      <h2 id="settings-network">Network of analyzers</h2>
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton />}
      {data && <Form network={data} />}
    </section>
  );
}

type Patch = Input<'config.setNetwork'>;

/** The names under which the core says what is wrong. */
const NAMES = { proxyHttp: 'proxy_http', proxyHttps: 'proxy_https', cacerts: 'cacerts' } as const;

function Form({ network }: { network: NetworkConfig }) {
  const [patch, setPatch] = useState<Patch>({});
  const save = useSetNetwork();
  const details = save.error instanceof AppError ? save.error.details : undefined;
  const isChanged = Object.keys(patch).length > 0;
  const change = (field: keyof Patch, value: string): void => {
    save.reset();
    setPatch({ ...patch, [field]: value });
  };
  const problem = (field: keyof Patch): string | undefined => {
    const said = details?.[NAMES[field]];
    return typeof said === 'string' ? said : undefined;
  };
  const proxy = (field: 'proxyHttp' | 'proxyHttps', label: string, isSecret: boolean) => (
    <TextInput
      label={label}
      placeholder="http://proxy.example:3128"
      description={
        isSecret && patch[field] === undefined
          ? 'Set with a user and a password, which are not shown. Type it anew to change it.'
          : undefined
      }
      inputWrapperOrder={['label', 'input', 'error', 'description']}
      spellCheck={false}
      value={patch[field] ?? network[field]}
      error={problem(field)}
      onChange={(event) => change(field, event.target.value)}
    />
  );
  return (
    <form
      className="settings-form"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(patch, {
          onSuccess: () => {
            setPatch({});
            toast('Network settings saved');
          },
        });
      }}
    >
      {proxy('proxyHttps', 'Proxy for https', network.hasSecretHttps)}
      {proxy('proxyHttp', 'Proxy for http', network.hasSecretHttp)}
      <div>
        <Textarea
          label="Certificates to trust as well (PEM)"
          classNames={{ input: 'mono' }}
          autosize
          minRows={2}
          maxRows={8}
          spellCheck={false}
          value={patch.cacerts ?? network.cacerts}
          error={problem('cacerts')}
          onChange={(event) => change('cacerts', event.target.value)}
        />
        {patch.cacerts === undefined && network.certificates.length > 0 && (
          <ul className="f12 t2 breaks">
            {network.certificates.slice(0, 5).map((one, index) => (
              <li key={index} className="row tight">
                {one.isExpired && (
                  <IconAlertCircle
                    size={14}
                    stroke={1.75}
                    className="setting-missing"
                    role="img"
                    aria-label="Expired"
                  />
                )}
                <span className="el">
                  <Text>{one.subject}</Text>
                </span>
                <span className="t3">
                  {one.isExpired ? 'expired' : 'until'} {one.validTo.slice(0, 10)}
                </span>
              </li>
            ))}
            {network.certificates.length > 5 && (
              <li className="t3">and {plural(network.certificates.length - 5, 'more', 'more')}</li>
            )}
          </ul>
        )}
      </div>
      {save.error && details === undefined && <ErrorNote error={save.error} />}
      {isChanged && (
        <div className="row">
          <Button type="submit" kind="primary" isDisabled={save.isPending}>
            Save
          </Button>
          <Button
            onClick={() => {
              save.reset();
              setPatch({});
            }}
          >
            Discard
          </Button>
        </div>
      )}
    </form>
  );
}
