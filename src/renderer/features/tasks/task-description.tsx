import { Textarea } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import type { Task } from '../../../shared/contract/tasks.ts';
import { Button } from '../../ui/controls.tsx';
import Markdown from '../../ui/markdown.tsx';

/** What is to be done, in Markdown; its checklist can be ticked where it is read. */
export function TaskDescription({ task, onChange }: { task: Task; onChange(description: string): void }) {
  const [draft, setDraft] = useState<string>();
  if (draft === undefined)
    return (
      <div className="section task-description">
        <div className="row">
          <h2>Description</h2>
          <span className="right" />
          <Button
            kind="ghost"
            size="small"
            isIcon
            label="Edit the description"
            onClick={() => setDraft(task.description)}
          >
            <IconPencil size={14} stroke={1.75} />
          </Button>
        </div>
        {task.description.trim() === '' ? (
          <p className="f12 t3">None yet.</p>
        ) : (
          <Markdown text={task.description} onChange={onChange} />
        )}
      </div>
    );
  const save = (): void => {
    if (draft !== task.description) onChange(draft);
    setDraft(undefined);
  };
  return (
    <form
      className="section task-description"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <h2>Description</h2>
      <Textarea
        aria-label="Description"
        rows={8}
        maxLength={1_000_000}
        data-autofocus
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            save();
          }
        }}
      />
      <div className="row">
        <Button type="submit" size="small" kind="primary">
          Save
        </Button>
        <Button size="small" onClick={() => setDraft(undefined)}>
          Discard
        </Button>
      </div>
    </form>
  );
}
