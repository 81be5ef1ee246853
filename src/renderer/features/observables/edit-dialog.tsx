import { Modal, TagsInput, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Observable } from '../../../shared/contract/entities.ts';
import type { Pap, Tlp } from '../../../shared/model/marking.ts';
import { PapPicker, TlpPicker } from '../../ui/chips.tsx';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { toast } from '../../ui/toast.tsx';
import { useUpdateObservables } from './queries.ts';

interface Patch {
  tlp?: Tlp;
  pap?: Pap;
  tags?: string[];
  message?: string;
}

/** Changes what is touched here on every selected observable, and nothing else. */
export function EditDialog(props: {
  ids: readonly string[];
  first: Observable | undefined;
  isOpen: boolean;
  onClose(): void;
}) {
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title={props.ids.length === 1 ? 'Edit observable' : `Edit ${plural(props.ids.length, 'observable')}`}
      size="md"
    >
      {props.first && <EditForm ids={props.ids} first={props.first} onClose={props.onClose} />}
    </Modal>
  );
}

function EditForm({ ids, first, onClose }: { ids: readonly string[]; first: Observable; onClose(): void }) {
  const [patch, setPatch] = useState<Patch>({});
  const update = useUpdateObservables();
  const isOne = ids.length === 1;
  const set = (change: Patch): void => setPatch({ ...patch, ...change });
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        update.mutate(
          { ids: [...ids], patch },
          {
            onSuccess: ({ changed }) => {
              toast(`${plural(changed, 'observable')} changed`);
              onClose();
            },
          },
        );
      }}
    >
      <div className="row tight">
        <TlpPicker label="Selected observables" value={patch.tlp ?? first.tlp} onChange={(tlp) => set({ tlp })} />
        <PapPicker label="Selected observables" value={patch.pap ?? first.pap} onChange={(pap) => set({ pap })} />
      </div>
      <TagsInput
        data-autofocus
        label={isOne ? 'Tags' : 'Tags, replacing those they have'}
        value={patch.tags ?? (isOne ? first.tags : [])}
        maxTags={200}
        onChange={(tags) => set({ tags })}
      />
      <Textarea
        label={isOne ? 'Description' : 'Description, replacing the one they have'}
        rows={4}
        value={patch.message ?? (isOne ? first.message : '')}
        onChange={(event) => set({ message: event.target.value })}
      />
      {update.error && <ErrorNote error={update.error} />}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={Object.keys(patch).length === 0 || update.isPending}>
          Change {ids.length}
        </Button>
      </div>
    </form>
  );
}
