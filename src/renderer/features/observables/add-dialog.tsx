import { Checkbox, Modal, TagsInput, Textarea } from '@mantine/core';
import { useState } from 'react';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { useAddObservables } from './queries.ts';

const MOST = 10_000;

/** One value a line; the type is found, and what is no observable stays in the field with its reason. */
export function AddDialog({ caseId, isOpen, onClose }: { caseId: string; isOpen: boolean; onClose(): void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Add observables" size="lg">
      <AddForm caseId={caseId} onClose={onClose} />
    </Modal>
  );
}

function AddForm({ caseId, onClose }: { caseId: string; onClose(): void }) {
  const [text, setText] = useState('');
  const [tags, setTags] = useState<string[]>([]);
  const [isIoc, setIoc] = useState(false);
  const [isSighted, setSighted] = useState(false);
  const [refused, setRefused] = useState<{ value: string; reason: string }[]>([]);
  const add = useAddObservables();
  const lines = [...new Set(text.split('\n').map((line) => line.trim()))].filter((line) => line !== '');

  const submit = (): void => {
    if (lines.length === 0 || lines.length > MOST) return;
    add.mutate(
      { caseId, items: lines.map((value) => ({ value, tags, isIoc, isSighted })) },
      {
        onSuccess: (done) => {
          const left = done.refused.map(({ index, reason }) => ({ value: lines[index] ?? '', reason }));
          const known = done.alreadyThere.length > 0 ? `, ${done.alreadyThere.length} already there` : '';
          toast(`${plural(done.added.length, 'observable')} added${known}`);
          if (left.length === 0) return onClose();
          setRefused(left);
          setText(left.map((each) => each.value).join('\n'));
          return undefined;
        },
      },
    );
  };
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
      }}
    >
      <Textarea
        label="Values, one a line"
        description="Defanged is fine: hxxp and [.] are undone. The type is found for each."
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        classNames={{ input: 'mono' }}
        rows={8}
        spellCheck={false}
        data-autofocus
        value={text}
        error={lines.length > MOST ? `At most ${MOST} at once. Take the rest in a second go.` : undefined}
        onChange={(event) => setText(event.target.value)}
      />
      {refused.length > 0 && (
        <div className="note" role="alert">
          <ul className="breaks">
            {refused.slice(0, 8).map((each, index) => (
              <li key={index}>
                <span className="mono">
                  <Text>{each.value.slice(0, 120)}</Text>
                </span>
                : <Text>{each.reason}</Text>
              </li>
            ))}
            {refused.length > 8 && <li>and {refused.length - 8} more, left in the field</li>}
          </ul>
        </div>
      )}
      <TagsInput label="Tags" value={tags} maxTags={100} onChange={setTags} />
      <div className="row loose">
        <Checkbox label="IOC" checked={isIoc} onChange={(event) => setIoc(event.currentTarget.checked)} />
        <Checkbox label="Sighted" checked={isSighted} onChange={(event) => setSighted(event.currentTarget.checked)} />
      </div>
      {add.error && <ErrorNote error={add.error} />}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={lines.length === 0 || add.isPending}>
          Add {lines.length}
        </Button>
      </div>
    </form>
  );
}
