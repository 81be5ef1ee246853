import { Checkbox, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Observable } from '../../../shared/contract/entities.ts';
import type { ObservablePatch, ObservableTarget } from '../../../shared/contract/observables.ts';
import { PapPicker, TlpPicker } from '../../ui/chips.tsx';
import { Button, Segmented } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { TagField } from '../../ui/tag-field.tsx';
import { editObservables } from './edits.ts';

/** What is meant and how many rows that is; `first` shows what a single one has now. */
export interface EditTarget {
  target: ObservableTarget;
  size: number;
  first: Observable | undefined;
}

/** Changes what is touched here on every selected observable, and nothing else. */
export function EditDialog(props: { edit: EditTarget | undefined; onClose(): void }) {
  const { edit } = props;
  return (
    <Modal
      opened={edit !== undefined}
      onClose={props.onClose}
      title={edit && edit.size > 1 ? `Edit ${plural(edit.size, 'observable')}` : 'Edit observable'}
      size="md"
    >
      {edit && <EditForm {...edit} onClose={props.onClose} />}
    </Modal>
  );
}

type Words = 'replace' | 'append';
type Wish = 'keep' | 'yes' | 'no';

const WISHES = [
  { value: 'keep', label: 'As it is' },
  { value: 'yes', label: 'Yes' },
  { value: 'no', label: 'No' },
] as const;

function EditForm({ target, size, first, onClose }: EditTarget & { onClose(): void }) {
  const isOne = size === 1;
  const [patch, setPatch] = useState<ObservablePatch>({});
  const [words, setWords] = useState<Words>(isOne ? 'replace' : 'append');
  const [message, setMessage] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const set = (change: ObservablePatch): void => setPatch({ ...patch, ...change });
  const whole: ObservablePatch = {
    ...patch,
    ...(message === undefined ? {} : words === 'replace' ? { message } : { appendMessage: message }),
  };
  const wish = (name: 'isIoc' | 'isSighted' | 'ignoreSimilarity'): Wish =>
    patch[name] === undefined ? 'keep' : patch[name] ? 'yes' : 'no';
  const choose = (name: 'isIoc' | 'isSighted' | 'ignoreSimilarity', value: Wish): void => {
    const { [name]: _before, ...rest } = patch;
    setPatch(value === 'keep' ? rest : { ...rest, [name]: value === 'yes' });
  };
  const submit = async (): Promise<void> => {
    if (Object.keys(whole).length === 0) return;
    setBusy(true);
    try {
      const editing = editObservables(target, whole, size, (changed) => `${plural(changed, 'observable')} changed`);
      // A long one goes on in the strip.
      if (size > 1_000) onClose();
      await editing;
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
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
      <div className="row tight">
        <TlpPicker
          label={isOne ? 'Observable' : 'Selected observables'}
          value={patch.tlp ?? first?.tlp ?? 'amber'}
          onChange={(tlp) => set({ tlp })}
        />
        <PapPicker
          label={isOne ? 'Observable' : 'Selected observables'}
          value={patch.pap ?? first?.pap ?? 'amber'}
          onChange={(pap) => set({ pap })}
        />
        {!isOne && patch.tlp === undefined && patch.pap === undefined && (
          <span className="f12 t3">as the first one; kept unless you choose</span>
        )}
      </div>
      <div className="wishes">
        {(['isIoc', 'isSighted', 'ignoreSimilarity'] as const).map((name) => (
          <div className="row" key={name}>
            <span className="f12 t2 grow">{WISH_WORDS[name]}</span>
            <Segmented<Wish>
              label={WISH_WORDS[name]}
              value={wish(name)}
              options={WISHES}
              onChange={(value) => choose(name, value)}
            />
          </div>
        ))}
      </div>
      <TagField
        label="Add tags"
        isAutoFocused
        tags={patch.addTags ?? []}
        onChange={(addTags) => set({ addTags: [...addTags] })}
      />
      <TagField
        label="Remove tags"
        tags={patch.removeTags ?? []}
        onChange={(removeTags) => set({ removeTags: [...removeTags] })}
      />
      <Textarea
        label="Description"
        rows={4}
        value={message ?? (isOne && words === 'replace' ? (first?.message ?? '') : '')}
        onChange={(event) => setMessage(event.target.value)}
      />
      <Checkbox
        label="Replace the description they have"
        description={words === 'replace' ? 'What stood there is in the history.' : 'It comes below what stands there.'}
        checked={words === 'replace'}
        onChange={(event) => setWords(event.currentTarget.checked ? 'replace' : 'append')}
      />
      {error !== undefined && <ErrorNote error={error} />}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={Object.keys(whole).length === 0 || isBusy}>
          Change {count(size)}
        </Button>
      </div>
    </form>
  );
}

const WISH_WORDS = {
  isIoc: 'IOC',
  isSighted: 'Sighted',
  ignoreSimilarity: 'Do not compare with other cases',
} as const;
