import { TextInput } from '@mantine/core';
import { IconPackage, IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Flavor } from '../../../shared/contract/entities.ts';
import type { PythonEnvironment } from '../../../shared/contract/environments.ts';
import type { Output } from '../../api/client.ts';
import { ChoiceMenu } from '../../ui/chips.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { fileSize, plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { DateTime } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import {
  environmentsQuery,
  pythonsQuery,
  useCancelEnvironment,
  useMakeEnvironment,
  usePlanEnvironment,
  useRemoveEnvironment,
} from './queries.ts';

/** The Python packages that a flavor wants: what they are, what fetching them sends, and what is installed. */
export function EnvironmentTab({ flavor }: { flavor: Flavor }) {
  const { data, error, refetch } = useQuery(environmentsQuery);
  if (flavor.environmentId === null) {
    return (
      <div className="section">
        <p className="t2 f12">
          {flavor.runtime === 'worker'
            ? 'It is Osmia’s own and needs nothing besides Osmia.'
            : 'It has no requirements.txt, so it runs with what is installed on this machine.'}
        </p>
      </div>
    );
  }
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  const found = data?.find(({ id }) => id === flavor.environmentId);
  return found ? <Environment key={found.id} environment={found} /> : <Skeleton />;
}

function Environment({ environment }: { environment: PythonEnvironment }) {
  const { id, state, requirements, ignored, failure } = environment;
  const cancel = useCancelEnvironment();
  return (
    <div className="section environment">
      {state === 'making' && (
        <div className="note" role="status">
          <IconPackage size={15} stroke={1.75} aria-hidden="true" />
          <span className="grow breaks">
            <Text>{environment.step ?? 'Starting'}</Text>…
          </span>
          <Button size="small" isDisabled={cancel.isPending} onClick={() => cancel.mutate(id)}>
            Cancel
          </Button>
        </div>
      )}
      {failure !== null && state !== 'making' && (
        <div className="note" role="alert">
          <IconPlugConnectedX size={15} stroke={1.75} aria-hidden="true" />
          <span className="breaks">
            <b className="m">Not made.</b> <Text>{failure.message}</Text>
          </span>
        </div>
      )}
      {state === 'broken' && (
        <p className="f12">The Python that it was made with is gone. Make it again; the packages are kept.</p>
      )}
      {(state === 'ready' || state === 'broken') && <Installed environment={environment} />}
      <div>
        <h3 className="f12 m">It asks for</h3>
        <ul className="mono t2 breaks">
          {requirements.map((one) => (
            <li key={one}>
              <Text>{one}</Text>
            </li>
          ))}
        </ul>
        {ignored.length > 0 && (
          <p className="help breaks">
            Left out: <Text>{ignored.join('; ')}</Text>
          </p>
        )}
      </div>
      {state !== 'making' && <Make environment={environment} />}
    </div>
  );
}

function Installed({ environment }: { environment: PythonEnvironment }) {
  const { id, python, packages, bytes, createdAt, flavorIds, hosts } = environment;
  const [isAsking, setAsking] = useState(false);
  const remove = useRemoveEnvironment();
  return (
    <>
      <dl className="kv">
        <dt>Python</dt>
        <dd>
          <Text>{python?.version ?? ''}</Text>
        </dd>
        <dt>Packages</dt>
        <dd>
          {packages.length}, pinned with hashes; {fileSize(bytes)}
        </dd>
        <dt>From</dt>
        <dd className="breaks">
          <Text>{hosts.join(', ') || 'this machine'}</Text>
        </dd>
        <dt>Made</dt>
        <dd>{createdAt !== null && <DateTime at={createdAt} />}</dd>
        <dt>Used by</dt>
        <dd>{plural(flavorIds.length, 'analyzer')}</dd>
      </dl>
      <details>
        <summary className="f12 m">Packages</summary>
        <ul className="mono t2 breaks">
          {packages.map(({ name, version, sha256 }) => (
            <li key={name} title={`sha256 ${sha256}`}>
              <Text>{name}</Text> <span className="t3">{version}</span>
            </li>
          ))}
        </ul>
      </details>
      <div className="row">
        <Button size="small" isDisabled={remove.isPending} onClick={() => setAsking(true)}>
          Remove…
        </Button>
      </div>
      {remove.error && <ErrorNote error={remove.error} />}
      <Confirm
        isOpen={isAsking}
        title={`Remove the packages of ${plural(flavorIds.length, 'analyzer')}?`}
        verb="Remove"
        keep="Keep them"
        onConfirm={() => remove.mutate(id, { onSuccess: () => toast('Environment removed') })}
        onClose={() => setAsking(false)}
      >
        To have them again they must be fetched again, with a link.
      </Confirm>
    </>
  );
}

function Make({ environment }: { environment: PythonEnvironment }) {
  const { id, state } = environment;
  const { data: pythons } = useQuery(pythonsQuery);
  const [python, setPython] = useState<string>();
  const [index, setIndex] = useState('');
  const [plan, setPlan] = useState<Output<'environments.plan'>>();
  const ask = usePlanEnvironment();
  const make = useMakeEnvironment();
  const usable = pythons?.filter(({ cannot }) => cannot === null) ?? [];
  const [first] = pythons ?? [];
  const choice = { id, ...(python && { python }), ...(index.trim() !== '' && { index: index.trim() }) };
  const start = (): void => make.mutate({ ...choice, hasConsent: true });
  return (
    <>
      {pythons && usable.length === 0 && (
        <p className="f12 breaks">
          <Text>{first?.cannot?.message ?? 'There is no Python 3 on this machine.'}</Text>
        </p>
      )}
      {usable.length > 0 && (
        <div className="row tight wrap">
          <Button
            kind={state === 'ready' ? undefined : 'primary'}
            isDisabled={ask.isPending || make.isPending}
            onClick={() => ask.mutate(choice, { onSuccess: (made) => (made.needsLink ? setPlan(made) : start()) })}
          >
            {state === 'ready' || state === 'broken' ? 'Make it again…' : 'Make its environment…'}
          </Button>
          {usable.length > 1 && (
            <ChoiceMenu
              label="Python"
              value={python ?? usable[0]?.path ?? ''}
              options={usable.map(({ path, version }) => ({ value: path, label: `Python ${version}` }))}
              onChange={setPython}
            />
          )}
        </div>
      )}
      <details>
        <summary className="f12 t2">Another package index</summary>
        <TextInput
          type="url"
          label="Address"
          value={index}
          placeholder="https://mirror.example/simple"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setIndex(event.currentTarget.value)}
        />
        <p className="help">For this once. Without it pip’s own settings of this machine count.</p>
      </details>
      {(ask.error ?? make.error) && <ErrorNote error={ask.error ?? make.error} />}
      <Confirm
        isOpen={plan !== undefined}
        title={`Fetch ${plural(plan?.requirements.length ?? 0, 'package')} from ${plan?.hosts.join(', ') ?? ''}?`}
        verb="Fetch and make"
        keep="Send nothing"
        onConfirm={start}
        onClose={() => setPlan(undefined)}
      >
        Their names go there, with the address of this machine. Nothing of any case does, so this holds whatever the
        engagement’s switch says; it is written into the egress ledger. Packages are built in the sandbox and pinned
        with their hashes. Afterwards no link is needed.
      </Confirm>
    </>
  );
}
