import { Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Dashboard } from '../../../shared/contract/dashboards.ts';
import { undoable } from '../../state/undoable.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';

const MOST_BYTES = 1_000_000;

/** An empty dashboard, or one from a file of ours or TheHive's; what a file could not bring is said at once. */
export function NewDialog(props: { isOpen: boolean; onClose(): void; onMade(made: Dashboard): void }) {
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title="New dashboard" size="md">
      {props.isOpen && <NewForm {...props} />}
    </Modal>
  );
}

function NewForm({ onClose, onMade }: { onClose(): void; onMade(made: Dashboard): void }) {
  const [title, setTitle] = useState('');
  const [error, setError] = useState<unknown>();
  const [imported, setImported] = useState<{ dashboard: Dashboard; notes: string[] }>();
  const done = (made: Dashboard): void => {
    onClose();
    onMade(made);
  };
  const make = async (): Promise<void> => {
    try {
      const definition = { period: { kind: 'months3' as const }, refreshMinutes: 0 as const, rows: [] };
      done(await undoable('Dashboard made', 'dashboards.create', { title: title.trim(), definition }));
    } catch (failure) {
      setError(failure);
    }
  };
  const take = async (file: File): Promise<void> => {
    try {
      if (file.size > MOST_BYTES) throw new Error('A dashboard file has at most 1 MB. This one is larger.');
      const answer = await undoable('Dashboard imported', 'dashboards.import', { text: await file.text() });
      if (answer.notes.length === 0) done(answer.dashboard);
      else setImported(answer);
    } catch (failure) {
      setError(failure);
    }
  };
  if (imported) {
    return (
      <div className="add-form">
        <p className="t2 f12">
          Imported with {plural(imported.dashboard.widgets, 'widget')}. Not everything could be taken over:
        </p>
        <ul className="import-notes f12">
          {imported.notes.map((note, i) => (
            <li key={`${i} ${note}`}>{note}</li>
          ))}
        </ul>
        <div className="dialog-actions">
          <Button kind="primary" onClick={() => done(imported.dashboard)}>
            Open it
          </Button>
        </div>
      </div>
    );
  }
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (title.trim() !== '') void make();
      }}
    >
      <TextInput
        label="Title"
        data-autofocus
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <label className="import-file f12">
        <span className="label">Or from a file that Osmia or TheHive exported</span>
        <input
          type="file"
          accept=".json,application/json"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file) void take(file);
          }}
        />
      </label>
      {error !== undefined && <ErrorNote error={error} />}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" isDisabled={title.trim() === ''}>
          Make dashboard
        </Button>
      </div>
    </form>
  );
}
