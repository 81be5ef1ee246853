import { Checkbox, PasswordInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import type { WorkspaceStatus } from '../../../shared/contract/workspace.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { toast } from '../../ui/toast.tsx';
import { useKeychain, useSetPassphrase } from './queries.ts';

export function KeychainForm({ status }: { status: WorkspaceStatus }) {
  const keychain = useKeychain();
  const mayTurnOff = status.hasPassphrase;
  const isLocked = status.isKeyInKeychain ? !mayTurnOff : !status.keychain.isUsable;
  const help = !status.keychain.isUsable
    ? `Not here: ${status.keychain.reason}`
    : status.isKeyInKeychain && !mayTurnOff
      ? 'Set a passphrase first: without either, nothing would open the workspace.'
      : 'You are not asked for the passphrase while you are logged in as yourself.';
  return (
    <div>
      <Checkbox
        label="Keep the key in this machine’s keychain"
        description={help}
        checked={status.isKeyInKeychain}
        disabled={isLocked || keychain.isPending}
        onChange={(event) =>
          keychain.mutate(event.currentTarget.checked, {
            onSuccess: (next) =>
              toast(next.isKeyInKeychain ? 'Key put into the keychain' : 'Key taken out of the keychain'),
          })
        }
      />
      {keychain.error && <ErrorNote error={keychain.error} />}
    </div>
  );
}

export function PassphraseForm({ status }: { status: WorkspaceStatus }) {
  const [isOpen, setOpen] = useState(false);
  const set = useSetPassphrase();
  const form = useForm({
    initialValues: { current: '', next: '', again: '' },
    validateInputOnBlur: true,
    validate: {
      current: (text) => (status.hasPassphrase && text === '' ? 'Type the passphrase that is in use now.' : null),
      next: (text) => (text === '' ? 'Type a passphrase.' : null),
      again: (text, values) => (text === values.next ? null : 'The two differ. Type the same one again.'),
    },
  });
  if (!isOpen)
    return (
      <div>
        <Button onClick={() => setOpen(true)}>
          {status.hasPassphrase ? 'Change the passphrase…' : 'Set a passphrase…'}
        </Button>
        <p className="help">The data is not encrypted anew, only its key: it takes a second.</p>
      </div>
    );
  return (
    <form
      className="add-form"
      onSubmit={form.onSubmit(({ current, next }) =>
        set.mutate(
          { next, ...(status.hasPassphrase ? { current } : {}) },
          {
            onSuccess: () => {
              toast(status.hasPassphrase ? 'Passphrase changed' : 'Passphrase set');
              form.reset();
              setOpen(false);
            },
          },
        ),
      )}
    >
      {status.hasPassphrase && (
        <PasswordInput label="Passphrase now" autoComplete="current-password" {...form.getInputProps('current')} />
      )}
      <PasswordInput label="New passphrase" autoComplete="new-password" {...form.getInputProps('next')} />
      <PasswordInput label="The same again" autoComplete="new-password" {...form.getInputProps('again')} />
      {set.error && <ErrorNote error={set.error} />}
      <div className="row">
        <Button type="submit" kind="primary" isDisabled={set.isPending}>
          {status.hasPassphrase ? 'Change passphrase' : 'Set passphrase'}
        </Button>
        <Button onClick={() => setOpen(false)}>Cancel</Button>
      </div>
    </form>
  );
}
