import { Autocomplete, Checkbox, Modal, NumberInput, Textarea, TextInput } from '@mantine/core';
import { IconBooks, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { TaskTemplate } from '../../../shared/contract/tasks.ts';
import { undoable } from '../../state/undoable.ts';
import { Button, Check, Empty, FilterField, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { taskTemplatesQuery } from './queries.ts';

type Edited = Omit<TaskTemplate, 'id' | 'createdAt' | 'updatedAt'> & { id?: string };

const BLANK: Edited = { title: '', description: '', group: 'default', isMandatory: false, dueHours: null };

/** The library of tasks: chosen ones become tasks of the case. Without a case it is only kept here. */
export function LibraryDialog(props: { caseId?: string; isOpen: boolean; onClose(): void }) {
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title="Library of tasks" size="lg">
      {props.isOpen && (
        <Library {...(props.caseId === undefined ? {} : { caseId: props.caseId })} onClose={props.onClose} />
      )}
    </Modal>
  );
}

function Library({ caseId, onClose }: { caseId?: string; onClose(): void }) {
  const { data, error } = useQuery(taskTemplatesQuery);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [edited, setEdited] = useState<Edited>();
  const [text, setText] = useState('');
  const [failure, setFailure] = useState<unknown>();
  if (edited) return <TemplateForm template={edited} groups={data ?? []} onDone={() => setEdited(undefined)} />;
  if (!data) return error ? <ErrorNote error={error} /> : <Skeleton />;
  const wanted = text.trim().toLowerCase();
  const shown = data.filter(({ title, group }) => `${title} ${group}`.toLowerCase().includes(wanted));
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const add = async (): Promise<void> => {
    if (caseId === undefined) return;
    try {
      const ids = data.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
      await undoable((made) => `${plural(made.length, 'task')} added`, 'taskTemplates.addToCase', { caseId, ids });
      onClose();
    } catch (thrown) {
      setFailure(thrown);
    }
  };
  return (
    <>
      {data.length === 0 ? (
        <Empty icon={IconBooks} title="The library is empty">
          Tasks that many cases need, each kept once. Make one here, or save a task of a case to the library.
        </Empty>
      ) : (
        <>
          <div className="row library-filter">
            <FilterField label="Find in the library" value={text} onChange={setText} />
          </div>
          <ul className="library scroll">
            {shown.map((template) => (
              <li className="row" key={template.id}>
                {caseId !== undefined && (
                  <Check
                    label={`Choose ${template.title}`}
                    state={chosen.has(template.id) ? 'on' : 'off'}
                    onToggle={() => toggle(template.id)}
                  />
                )}
                <span className="el m">
                  <Text>{template.title}</Text>
                </span>
                <span className="f12 t3 el">
                  <Text>{template.group}</Text>
                  {template.isMandatory && ', mandatory'}
                  {template.dueHours !== null && `, due after ${plural(template.dueHours, 'hour')}`}
                </span>
                <span className="right" />
                <Button
                  kind="ghost"
                  size="small"
                  isIcon
                  label={`Edit ${template.title}`}
                  onClick={() => setEdited(template)}
                >
                  <IconPencil size={14} stroke={1.75} />
                </Button>
                <Button
                  kind="ghost"
                  size="small"
                  isIcon
                  label={`Remove ${template.title}`}
                  onClick={() =>
                    void undoable('Task removed from the library', 'taskTemplates.remove', { id: template.id }).catch(
                      setFailure,
                    )
                  }
                >
                  <IconTrash size={14} stroke={1.75} />
                </Button>
              </li>
            ))}
            {shown.length === 0 && <li className="t3 f12">None of {data.length} holds these words.</li>}
          </ul>
        </>
      )}
      {failure !== undefined && <ErrorNote error={failure} />}
      <div className="dialog-actions">
        <Button onClick={() => setEdited(BLANK)}>New task in the library</Button>
        {caseId !== undefined && (
          <Button kind="primary" isDisabled={chosen.size === 0} onClick={() => void add()}>
            {chosen.size === 0 ? 'Add to the case' : `Add ${plural(chosen.size, 'task')} to the case`}
          </Button>
        )}
      </div>
    </>
  );
}

function TemplateForm(props: { template: Edited; groups: readonly TaskTemplate[]; onDone(): void }) {
  const { id } = props.template;
  const [fields, setFields] = useState(props.template);
  const [failure, setFailure] = useState<unknown>();
  const save = async (): Promise<void> => {
    const { title, description, group, isMandatory, dueHours } = fields;
    const patch = { title: title.trim(), description, group: group.trim() || 'default', isMandatory, dueHours };
    try {
      if (id === undefined) await undoable('Task added to the library', 'taskTemplates.create', patch);
      else await undoable('Task of the library changed', 'taskTemplates.update', { id, patch });
      props.onDone();
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextInput
        label="Title"
        maxLength={500}
        data-autofocus
        value={fields.title}
        onChange={(event) => setFields({ ...fields, title: event.currentTarget.value })}
      />
      <Autocomplete
        label="Group"
        maxLength={200}
        data={[...new Set(props.groups.map(({ group }) => group))]}
        value={fields.group}
        onChange={(group) => setFields({ ...fields, group })}
      />
      <Textarea
        label="Description"
        description="Markdown; a checklist can be ticked in the task."
        rows={6}
        maxLength={1_000_000}
        value={fields.description}
        onChange={(event) => setFields({ ...fields, description: event.currentTarget.value })}
      />
      <NumberInput
        label="Due after (hours)"
        description="Empty for no due date."
        min={1}
        max={87_600}
        allowDecimal={false}
        value={fields.dueHours ?? ''}
        onChange={(hours) => setFields({ ...fields, dueHours: typeof hours === 'number' ? hours : null })}
      />
      <Checkbox
        label="Must be closed before the case is"
        checked={fields.isMandatory}
        onChange={(event) => setFields({ ...fields, isMandatory: event.currentTarget.checked })}
      />
      {failure !== undefined && <ErrorNote error={failure} />}
      <div className="dialog-actions">
        <Button onClick={props.onDone}>Back</Button>
        <Button type="submit" kind="primary" isDisabled={fields.title.trim() === ''}>
          Save
        </Button>
      </div>
    </form>
  );
}
