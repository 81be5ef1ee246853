import { Checkbox, Modal, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { AppError } from '../../../shared/errors.ts';
import { DATA_TYPES, type DataType, isDataType } from '../../../shared/model/data-type.ts';
import { defang } from '../../../shared/model/defang.ts';
import { undoable } from '../../state/undoable.ts';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { typeWords } from '../../ui/icons.tsx';
import { mentionLink } from '../../ui/mention-link.ts';
import { Text } from '../../ui/text.tsx';
import { Value } from '../../ui/value.tsx';
import { classifyValue } from './queries.ts';

const MOST = 65_536;
const TYPES = DATA_TYPES.filter((type) => type !== 'file').map((value) => ({ value, label: typeWords(value) }));

/** Words of a note as an observable of the case. `onMade` gets the link that can stand for them. */
export function MakeObservable(props: {
  caseId: string;
  /** Undefined while it is closed. */
  text: string | undefined;
  onMade(link: string): void;
  onClose(): void;
}) {
  return (
    <Modal opened={props.text !== undefined} onClose={props.onClose} title="Make observable" size="md">
      {props.text !== undefined && <Form {...props} text={props.text} />}
    </Modal>
  );
}

function Form(props: { caseId: string; text: string; onMade(link: string): void; onClose(): void }) {
  const value = props.text.trim();
  const [type, setType] = useState<DataType>();
  const [isIoc, setIoc] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const asked = { text: value.slice(0, MOST), ...(type === undefined ? {} : { dataType: type }) };
  const { data, error } = useQuery({
    queryKey: ['intake.classify', asked] as const,
    queryFn: ({ signal }) => classifyValue(asked, signal),
    enabled: value !== '' && value.length <= MOST,
    meta: { topics: [] },
  });
  const found = data && 'dataType' in data ? data : undefined;

  const add = async (): Promise<void> => {
    if (!found) return;
    setBusy(true);
    try {
      const { caseId } = props;
      const item = { value: found.value, dataType: found.dataType, isIoc, tags: [], isSighted: false, message: '' };
      const { added, alreadyThere, refused } = await undoable(
        (done) => (done.added.length > 0 ? 'Observable added' : ''),
        'observables.add',
        { caseId, items: [item] },
      );
      const id = added[0] ?? alreadyThere[0]?.id;
      if (id === undefined) {
        setFailure(new AppError('invalid_input', refused[0]?.reason ?? 'It was not added.'));
        return;
      }
      props.onMade(mentionLink({ kind: 'observable', id }, defang(found.dataType, found.value)));
      props.onClose();
    } catch (thrown) {
      setFailure(thrown);
    } finally {
      setBusy(false);
    }
  };

  if (value === '' || value.length > MOST)
    return <p className="t2">{value === '' ? 'Select the words first.' : 'That is too long for an observable.'}</p>;
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      {!data && !error ? (
        <Skeleton lines={1} />
      ) : found ? (
        <p className="breaks">
          <Value dataType={found.dataType} value={found.value} isWhole />
        </p>
      ) : (
        data &&
        'reason' in data && (
          <div className="note" role="alert">
            <span>
              <Text>{data.reason}</Text> Choose its type if you know better.
            </span>
          </div>
        )
      )}
      <Select
        label="Type"
        data-autofocus
        allowDeselect={false}
        data={TYPES}
        value={type ?? found?.dataType ?? null}
        onChange={(chosen) => {
          if (chosen !== null && isDataType(chosen)) setType(chosen);
        }}
      />
      <Checkbox label="IOC" checked={isIoc} onChange={(event) => setIoc(event.currentTarget.checked)} />
      {(error ?? failure) !== undefined && (error ?? failure) !== null && <ErrorNote error={error ?? failure} />}
      <div className="dialog-actions">
        <Button onClick={props.onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={!found || isBusy}>
          Add observable
        </Button>
      </div>
    </form>
  );
}
