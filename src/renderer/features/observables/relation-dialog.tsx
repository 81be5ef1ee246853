import { Modal, MultiSelect, Select, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Observable } from '../../../shared/contract/entities.ts';
import type { Relation } from '../../../shared/contract/relations.ts';
import { defang } from '../../../shared/model/defang.ts';
import { RELATION_KINDS, type RelationKind, relationWords } from '../../../shared/model/relation-kind.ts';
import { undoable } from '../../state/undoable.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { candidatesQuery } from './queries.ts';

interface Props {
  observable: Observable;
  /** Its kind and note are changed; without one a new link is made. */
  edited: Relation | undefined;
  isOpen: boolean;
  onClose(): void;
}

/** Links an observable with others of its case, by the keyboard alone. */
export function RelationDialog(props: Props) {
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title={props.edited ? 'Edit the link' : `Link ${shortened(props.observable)}`}
      size="md"
    >
      <RelationForm {...props} />
    </Modal>
  );
}

const shortened = ({ dataType, value }: Pick<Observable, 'dataType' | 'value'>): string => {
  const text = defang(dataType, value);
  return text.length > 60 ? `${text.slice(0, 40)}…${text.slice(-16)}` : text;
};

function RelationForm({ observable, edited, onClose }: Props) {
  const [kind, setKind] = useState<RelationKind>(edited?.kind ?? 'related-to');
  const [isForward, setForward] = useState(true);
  const [others, setOthers] = useState<string[]>([]);
  const [names, setNames] = useState<Readonly<Record<string, string>>>({});
  const [note, setNote] = useState(edited?.note ?? '');
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim().slice(0, 120), 80);
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const { data } = useQuery({ ...candidatesQuery(observable.caseId, asked), placeholderData: keepPreviousData });
  const found = (data?.items ?? []).filter((each) => each.id !== observable.id);
  const labels: Record<string, string> = { ...names };
  for (const each of found) labels[each.id] = `${each.dataType} ${shortened(each)}`;
  const submit = async (): Promise<void> => {
    if (!edited && others.length === 0) return;
    setBusy(true);
    setError(undefined);
    try {
      if (edited) await undoable('Link changed', 'relations.update', { id: edited.id, patch: { kind, note } });
      else if (isForward)
        await undoable(`${plural(others.length, 'link')} added`, 'relations.add', {
          fromId: observable.id,
          toIds: others,
          kind,
          note,
        });
      else
        for (const fromId of others)
          await undoable('Link added', 'relations.add', { fromId, toIds: [observable.id], kind, note });
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  const options = RELATION_KINDS.flatMap((each) => {
    const forward = relationWords(each, 'from');
    const inverse = relationWords(each, 'to');
    return [
      { value: `${each} from`, label: forward },
      ...(edited || forward === inverse ? [] : [{ value: `${each} to`, label: inverse }]),
    ];
  });
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit();
      }}
    >
      <Select
        label="It"
        searchable
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        data={options}
        data-autofocus
        value={`${kind} ${isForward ? 'from' : 'to'}`}
        onChange={(value) => {
          const [name, side] = (value ?? 'related-to from').split(' ');
          const next = RELATION_KINDS.find((each) => each === name);
          if (next) setKind(next);
          setForward(side !== 'to');
        }}
      />
      {!edited && (
        <MultiSelect
          label="Observables of this case"
          placeholder={others.length === 0 ? 'Type a part of the value' : ''}
          searchable
          hidePickedOptions
          maxValues={50}
          comboboxProps={{ withinPortal: false }}
          nothingFoundMessage="No observable of this case holds that"
          searchValue={text}
          onSearchChange={setText}
          // The core has chosen them.
          filter={({ options: all }) => all}
          data={[...new Set([...others, ...found.map(({ id }) => id)])].map((id) => ({
            value: id,
            label: labels[id] ?? id,
          }))}
          value={others}
          onChange={(next) => {
            setOthers(next);
            setNames(Object.fromEntries(next.map((id) => [id, labels[id] ?? id])));
          }}
        />
      )}
      <Textarea
        label="Note"
        autosize
        minRows={2}
        maxRows={6}
        maxLength={4_000}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      {error !== undefined && <ErrorNote error={error} />}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={isBusy || (!edited && others.length === 0)}>
          {edited ? 'Change' : 'Link'}
        </Button>
      </div>
    </form>
  );
}
