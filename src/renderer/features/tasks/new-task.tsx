import { Autocomplete, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type Ref, useState } from 'react';
import { undoable } from '../../state/undoable.ts';
import { Button } from '../../ui/controls.tsx';

/** A line that becomes a task, in the group beside it. */
export function NewTask({
  field,
  ...props
}: {
  caseId: string;
  groups: readonly string[];
  field: Ref<HTMLInputElement>;
  onMade(id: string): void;
  onError(error: unknown): void;
}) {
  const [title, setTitle] = useState('');
  const [group, setGroup] = useState('');
  const [isBusy, setBusy] = useState(false);
  const add = async (): Promise<void> => {
    if (title.trim() === '' || isBusy) return;
    setBusy(true);
    try {
      const task = await undoable('', 'tasks.create', {
        caseId: props.caseId,
        title: title.trim(),
        ...(group.trim() === '' ? {} : { group: group.trim() }),
      });
      setTitle('');
      props.onMade(task.id);
    } catch (error) {
      props.onError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="row grow task-new"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <TextInput
        ref={field}
        className="grow"
        size="xs"
        aria-label="New task"
        placeholder="New task"
        maxLength={500}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          event.currentTarget.blur();
        }}
      />
      <Autocomplete
        className="task-new-group"
        size="xs"
        aria-label="Group of the new task"
        placeholder="default"
        maxLength={200}
        data={[...props.groups]}
        value={group}
        onChange={setGroup}
      />
      <Button type="submit" size="small" isDisabled={title.trim() === '' || isBusy}>
        <IconPlus size={14} stroke={1.75} aria-hidden="true" />
        Add
      </Button>
    </form>
  );
}
