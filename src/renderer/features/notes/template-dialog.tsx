import { Modal, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { undoable } from '../../state/undoable.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';

/** A new template, or one that is there (with its id). */
export function TemplateDialog(props: { template: { id?: string; name: string; body: string }; onClose(): void }) {
  const { id } = props.template;
  const [name, setName] = useState(props.template.name.slice(0, 200));
  const [body, setBody] = useState(props.template.body);
  const [failure, setFailure] = useState<unknown>();
  const save = async (): Promise<void> => {
    try {
      const fields = { name: name.trim(), body };
      if (id === undefined) await undoable('Note template saved', 'noteTemplates.create', fields);
      else await undoable('Note template changed', 'noteTemplates.update', { id, patch: fields });
      props.onClose();
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <Modal opened onClose={props.onClose} title={id === undefined ? 'New note template' : 'Note template'} size="lg">
      <form
        className="add-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextInput
          label="Name"
          maxLength={200}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label="Text"
          description="Markdown. A new note can begin with it."
          rows={12}
          maxLength={1_000_000}
          value={body}
          onChange={(event) => setBody(event.currentTarget.value)}
        />
        {failure !== undefined && <ErrorNote error={failure} />}
        <div className="dialog-actions">
          <Button onClick={props.onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isDisabled={name.trim() === ''}>
            Save template
          </Button>
        </div>
      </form>
    </Modal>
  );
}
