import { Checkbox, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Observable } from '../../../shared/contract/entities.ts';
import { Button, Segmented } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { toast } from '../../ui/toast.tsx';
import { type ExportOptions, exportText, saveText } from './export-rows.ts';
import { refuseSecrets } from '../../api/refuse-secrets.ts';

/** The selection as a file outside the sealed workspace; defanged unless it is switched off. */
export function ExportDialog(props: {
  count: number;
  isOpen: boolean;
  load(): Promise<readonly Observable[]>;
  onClose(): void;
}) {
  const [format, setFormat] = useState<ExportOptions['format']>('csv');
  const [isDefanged, setDefanged] = useState(true);
  const save = useMutation({
    async mutationFn() {
      const rows = await props.load();
      const text = exportText(rows, { format, isDefanged });
      await refuseSecrets(text);
      return { rows, text };
    },
    onSuccess: ({ rows, text }) => {
      const type = format === 'csv' ? 'text/csv' : 'application/json';
      saveText(`observables.${format}`, text, type);
      toast(`${plural(rows.length, 'observable')} exported${isDefanged ? ' defanged' : ', they are live'}`);
      props.onClose();
    },
  });
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title={`Export ${plural(props.count, 'observable')}`}
      size="md"
    >
      <div className="add-form">
        <Segmented<ExportOptions['format']>
          label="Format"
          value={format}
          options={[
            { value: 'csv', label: 'CSV' },
            { value: 'json', label: 'JSON' },
          ]}
          onChange={setFormat}
        />
        <Checkbox
          label="Defanged"
          description="hxxp and [.], so that no program makes a link of them."
          checked={isDefanged}
          onChange={(event) => setDefanged(event.currentTarget.checked)}
        />
        <p className="f12 t2">The file is saved in the clear, outside the sealed workspace.</p>
        {save.error && <ErrorNote error={save.error} />}
        <div className="dialog-actions">
          <Button onClick={props.onClose}>Cancel</Button>
          <Button kind="primary" isDisabled={save.isPending} onClick={() => save.mutate()}>
            Export {props.count}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
