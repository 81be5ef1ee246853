import { Modal } from '@mantine/core';
import { IconCopy, IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import type { WorkspaceStatus } from '../../../shared/contract/workspace.ts';
import { Button } from '../../ui/controls.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { copyText } from '../../ui/copy.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useRecoveryKey } from './queries.ts';

/** Makes the key that opens the workspace when the passphrase is forgotten; it is shown once and printed. */
export function RecoveryKey({ status }: { status: WorkspaceStatus }) {
  const [shown, setShown] = useState<string>();
  const [isAsking, setAsking] = useState(false);
  const issue = useRecoveryKey();
  const make = (): void => issue.mutate(undefined, { onSuccess: ({ recoveryKey }) => setShown(recoveryKey) });
  return (
    <div>
      <Button isDisabled={issue.isPending} onClick={() => (status.hasRecoveryKey ? setAsking(true) : make())}>
        {status.hasRecoveryKey ? 'Make a new recovery key…' : 'Make a recovery key…'}
      </Button>
      <p className="help">
        {status.hasRecoveryKey
          ? 'One exists. A new one makes the printed one useless.'
          : 'None yet. It opens the workspace when the passphrase is forgotten; print it and lock it away.'}
      </p>
      {issue.error && <ErrorNote error={issue.error} />}
      <Confirm
        isOpen={isAsking}
        title="Replace the recovery key?"
        verb="Replace it"
        keep="Keep the old one"
        onClose={() => setAsking(false)}
        onConfirm={make}
      >
        The printed key stops working at once. The passphrase and the keychain are not touched.
      </Confirm>
      <Modal
        opened={shown !== undefined}
        onClose={() => setShown(undefined)}
        closeOnClickOutside={false}
        closeOnEscape={false}
        withCloseButton={false}
        title="Your recovery key"
        size="lg"
        classNames={{ content: 'recovery-print' }}
      >
        <p className="t2">
          It is shown this once and stored nowhere in clear. Print it or write it down, and keep it where the laptop is
          not.
        </p>
        <p className="recovery mono" aria-label="Recovery key">
          {shown}
        </p>
        <p className="f12 t2 only-print">
          Osmia workspace “{status.name}”. To use it: open Osmia, choose “Use the recovery key”, type it.
        </p>
        <div className="dialog-actions no-print">
          <Button onClick={() => void copyText(shown ?? '', 'Copied the recovery key, it is in the clipboard now')}>
            <IconCopy size={15} stroke={1.75} aria-hidden="true" />
            Copy
          </Button>
          <Button onClick={() => window.print()}>
            <IconPrinter size={15} stroke={1.75} aria-hidden="true" />
            Print
          </Button>
          <Button kind="primary" onClick={() => setShown(undefined)}>
            I have it
          </Button>
        </div>
      </Modal>
    </div>
  );
}
