import { PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconKey, IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import type { WorkspaceStatus } from '../../../shared/contract/workspace.ts';
import type { LinkState } from '../../api/link.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { LinkBanner } from '../../ui/link-banner.tsx';
import { useCreateWorkspace, useUnlock } from './queries.ts';
import './lock.css';

/** First start (one passphrase, in plain words) and the locked workspace. */
export function LockScreen({ status, link }: { status: WorkspaceStatus; link: LinkState }) {
  return (
    <main className="lock">
      <LinkBanner state={link} />
      <div className="lock-box">
        {status.state === 'new' ? <FirstStart status={status} /> : <Unlock status={status} />}
        {status.warning !== null && (
          <p className="note" role="status">
            {status.warning}
          </p>
        )}
      </div>
    </main>
  );
}

function FirstStart({ status }: { status: WorkspaceStatus }) {
  const create = useCreateWorkspace();
  const form = useForm({
    initialValues: { passphrase: '', again: '' },
    validateInputOnBlur: true,
    validate: {
      passphrase: (text) => (text === '' ? 'Type a passphrase.' : null),
      again: (text, values) => (text === values.passphrase ? null : 'The two differ. Type the same one again.'),
    },
  });
  return (
    <form onSubmit={form.onSubmit(({ passphrase }) => create.mutate(passphrase))}>
      <h1>Choose a passphrase</h1>
      <p className="t2">
        Everything you drop into “{status.name}” is sealed on this disk with it. Osmia cannot recover it: a few words
        that you remember are better than one that is hard to type.
      </p>
      <PasswordInput label="Passphrase" autoComplete="new-password" autoFocus {...form.getInputProps('passphrase')} />
      <PasswordInput label="The same again" autoComplete="new-password" {...form.getInputProps('again')} />
      <p className="help">You can print a recovery key afterwards, in Settings. {keychainWords(status)}</p>
      {create.error && <ErrorNote error={create.error} />}
      <Button type="submit" kind="primary" isBlock isDisabled={create.isPending}>
        {create.isPending ? 'Making the key…' : 'Make the workspace'}
      </Button>
    </form>
  );
}

const keychainWords = (status: WorkspaceStatus): string =>
  status.keychain.isUsable
    ? 'The key can also lie in this machine’s keychain, so that you are not asked.'
    : `No keychain here: ${status.keychain.reason}`;

function Unlock({ status }: { status: WorkspaceStatus }) {
  const [isRecovery, setRecovery] = useState(!status.hasPassphrase && !status.isKeyInKeychain);
  const unlock = useUnlock();
  const form = useForm({ initialValues: { secret: '' } });
  const canKeychain = status.isKeyInKeychain && status.keychain.isUsable;
  return (
    <form
      onSubmit={form.onSubmit(({ secret }) => {
        if (secret !== '') unlock.mutate(isRecovery ? { recoveryKey: secret.trim() } : { passphrase: secret });
      })}
    >
      <h1 className="row">
        <IconLock size={18} stroke={1.75} aria-hidden="true" />
        {status.name} is locked
      </h1>
      {isRecovery ? (
        <TextInput
          key="recovery"
          label="Recovery key"
          description="The one you printed. Spaces and dashes do not matter."
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          spellCheck={false}
          autoComplete="off"
          classNames={{ input: 'mono' }}
          {...form.getInputProps('secret')}
        />
      ) : (
        status.hasPassphrase && (
          <PasswordInput
            key="passphrase"
            label="Passphrase"
            autoComplete="current-password"
            autoFocus
            {...form.getInputProps('secret')}
          />
        )
      )}
      {unlock.error && <ErrorNote error={unlock.error} />}
      {(isRecovery || status.hasPassphrase) && (
        <Button type="submit" kind="primary" isBlock isDisabled={unlock.isPending || form.values.secret === ''}>
          {unlock.isPending ? 'Opening…' : 'Unlock'}
        </Button>
      )}
      <div className="row">
        {canKeychain && (
          <Button isDisabled={unlock.isPending} onClick={() => unlock.mutate({ keychain: true })}>
            <IconKey size={15} stroke={1.75} aria-hidden="true" />
            Use the keychain
          </Button>
        )}
        {status.hasRecoveryKey && (
          <button
            type="button"
            className="lnk f12 right"
            onClick={() => {
              setRecovery(!isRecovery);
              form.reset();
              unlock.reset();
            }}
          >
            {isRecovery ? 'Use the passphrase' : 'Use the recovery key'}
          </button>
        )}
      </div>
    </form>
  );
}
