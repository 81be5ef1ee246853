import { Checkbox, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Observable } from '../../../shared/contract/entities.ts';
import { refuseSecrets } from '../../api/refuse-secrets.ts';
import { Button, Segmented } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { saveText } from '../../ui/save-text.ts';
import { toast } from '../../ui/toast.tsx';
import { type ExportFormat, exportText } from './export-rows.ts';

const FORMATS: readonly { value: ExportFormat; label: string; means: string; type: string }[] = [
  { value: 'csv', label: 'CSV', means: 'Everything, with a column for each analyzer.', type: 'text/csv' },
  { value: 'txt', label: 'Text', means: 'One value a line; a file as name|sha256.', type: 'text/plain' },
  { value: 'misp', label: 'MISP', means: 'Lines for the free-text import of MISP.', type: 'text/plain' },
  { value: 'json', label: 'JSON', means: 'Everything, for a program.', type: 'application/json' },
];

/** The selection as a file outside the sealed workspace, or on the clipboard; defanged unless it is switched off. */
export function ExportDialog(props: {
  count: number;
  isOpen: boolean;
  load(): Promise<readonly Observable[]>;
  onClose(): void;
}) {
  const [format, setFormat] = useState<ExportFormat>('csv');
  const [isDefanged, setDefanged] = useState(true);
  const chosen = FORMATS.find(({ value }) => value === format);
  const run = useMutation({
    async mutationFn(way: 'save' | 'copy') {
      const rows = await props.load();
      const text = exportText(rows, { format, isDefanged });
      await refuseSecrets(text);
      if (way === 'copy') await navigator.clipboard.writeText(text);
      else saveText(`observables.${format === 'misp' ? 'misp.txt' : format}`, text, chosen?.type ?? 'text/plain');
      return { rows, way };
    },
    onSuccess: ({ rows, way }) => {
      const how = isDefanged ? ' defanged' : ', they are live';
      toast(`${plural(rows.length, 'observable')} ${way === 'copy' ? 'copied' : 'exported'}${how}`);
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
      <form
        className="add-form"
        onSubmit={(event) => {
          event.preventDefault();
          run.mutate('save');
        }}
      >
        <Segmented<ExportFormat>
          label="Format"
          value={format}
          options={FORMATS.map(({ value, label }) => ({ value, label }))}
          onChange={setFormat}
        />
        <p className="f12 t2">{chosen?.means}</p>
        <Checkbox
          label="Defanged"
          description="hxxp and [.] in addresses, so that no program makes a link of them."
          checked={isDefanged}
          onChange={(event) => setDefanged(event.currentTarget.checked)}
        />
        <p className="f12 t2">The file is saved in the clear, outside the sealed workspace.</p>
        {run.error && <ErrorNote error={run.error} />}
        <div className="dialog-actions">
          <Button onClick={props.onClose}>Cancel</Button>
          <Button isDisabled={run.isPending} onClick={() => run.mutate('copy')}>
            Copy
          </Button>
          <Button type="submit" kind="primary" isDisabled={run.isPending}>
            Export {count(props.count)}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
