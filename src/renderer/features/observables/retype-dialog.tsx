import { Modal, Select } from '@mantine/core';
import { useState } from 'react';
import { DATA_TYPES, type DataType, isDataType } from '../../../shared/model/data-type.ts';
import type { Output } from '../../api/client.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import type { EditTarget } from './edit-dialog.tsx';
import { retypeObservables } from './edits.ts';

type Refused = Output<'observables.retype'>['refused'];

/** Another type: each value is read again as one; what is none is named, and kept only if one insists. */
export function RetypeDialog({ edit, onClose }: { edit: EditTarget | undefined; onClose(): void }) {
  return (
    <Modal
      opened={edit !== undefined}
      onClose={onClose}
      title={edit && edit.size > 1 ? `Change the type of ${plural(edit.size, 'observable')}` : 'Change the type'}
      size="md"
    >
      {edit && <RetypeForm {...edit} onClose={onClose} />}
    </Modal>
  );
}

function RetypeForm({ target, size, first, onClose }: EditTarget & { onClose(): void }) {
  const [dataType, setDataType] = useState<DataType | null>(null);
  const [refused, setRefused] = useState<Refused>([]);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = async (isKept: boolean): Promise<void> => {
    if (dataType === null) return;
    setBusy(true);
    setError(undefined);
    try {
      const again = isKept && refused.length > 0 ? { ids: refused.map(({ id }) => id) } : target;
      const done = await retypeObservables({ target: again, dataType, isKept }, isKept ? refused.length : size);
      if (!done || done.refused.length === 0) return onClose();
      setRefused(done.refused);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
    return undefined;
  };
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        void run(false);
      }}
    >
      <Select
        label="Type"
        data-autofocus
        searchable
        comboboxProps={{ withinPortal: false }}
        placeholder={first?.dataType ?? ''}
        data={DATA_TYPES.filter((type) => type !== 'file' && type !== first?.dataType)}
        value={dataType}
        onChange={(value) => {
          setDataType(value !== null && isDataType(value) ? value : null);
          setRefused([]);
        }}
        description="The value is read again as this type, and written as it asks."
        inputWrapperOrder={['label', 'input', 'error', 'description']}
      />
      {refused.length > 0 && (
        <div className="note" role="alert">
          <p>{plural(refused.length, 'value')} not changed:</p>
          <ul className="breaks">
            {refused.slice(0, 8).map((each) => (
              <li key={each.id}>
                <span className="mono">
                  <Text>{each.value.slice(0, 120)}</Text>
                </span>
                : <Text>{each.reason}</Text>
              </li>
            ))}
            {refused.length > 8 && <li>and {count(refused.length - 8)} more</li>}
          </ul>
        </div>
      )}
      {error !== undefined && <ErrorNote error={error} />}
      <div className="dialog-actions">
        <Button onClick={onClose}>{refused.length > 0 ? 'Leave them' : 'Cancel'}</Button>
        {refused.length > 0 ? (
          <Button isDisabled={isBusy} onClick={() => void run(true)}>
            Keep anyway as {dataType}
          </Button>
        ) : (
          <Button type="submit" kind="primary" isDisabled={dataType === null || isBusy}>
            Change {count(size)}
          </Button>
        )}
      </div>
    </form>
  );
}
