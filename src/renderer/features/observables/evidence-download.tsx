import { Modal, Select, TextInput } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { saveFile } from '../../ui/save-text.ts';
import { toast } from '../../ui/toast.tsx';
import { protectedZip } from './queries.ts';

type Method = 'aes' | 'classic';

/** A copy of a file outside the workspace, in an archive behind a password so that it does not run by a slip. */
export function EvidenceDownload({ id, name }: { id: string; name: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        <IconDownload size={14} stroke={1.75} aria-hidden="true" />
        Download as ZIP…
      </Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title="Download as a locked archive" size="sm">
        <DownloadForm id={id} name={name} onClose={() => setOpen(false)} />
      </Modal>
    </>
  );
}

function DownloadForm({ id, name, onClose }: { id: string; name: string; onClose(): void }) {
  const [password, setPassword] = useState('infected');
  const [method, setMethod] = useState<Method>('aes');
  const save = useMutation({
    mutationFn: () => protectedZip({ id, password, method }),
    onSuccess: (zip) => {
      saveFile(`${name}.zip`, zip);
      toast(`${name}.zip saved; its password is ${password}`);
      onClose();
    },
  });
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (password !== '') save.mutate();
      }}
    >
      <TextInput
        label="Password"
        description="“infected” is what analysts expect."
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        data-autofocus
        maxLength={200}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Select
        label="Encryption"
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        data={[
          { value: 'aes', label: 'AES-256' },
          { value: 'classic', label: 'Classic, for programs that know no AES' },
        ]}
        value={method}
        onChange={(value) => setMethod(value === 'classic' ? 'classic' : 'aes')}
      />
      <p className="f12 t2">The copy lies outside the sealed workspace. A scanner may still find and remove it.</p>
      {save.error && <ErrorNote error={save.error} />}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={password === '' || save.isPending}>
          Download
        </Button>
      </div>
    </form>
  );
}
