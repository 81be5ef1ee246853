import { Menu, Modal } from '@mantine/core';
import { IconChevronDown, IconPencil, IconTemplate, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { NoteTemplate } from '../../../shared/contract/notes.ts';
import { undoable } from '../../state/undoable.ts';
import { Button, Empty } from '../../ui/controls.tsx';
import { noteExtract } from '../../ui/note-extract.ts';
import { Text } from '../../ui/text.tsx';
import { noteTemplatesQuery } from './queries.ts';
import { TemplateDialog } from './template-dialog.tsx';

/** A new note from a template, and the templates themselves. */
export function TemplatesMenu({ onUse }: { onUse(template: NoteTemplate): void }) {
  const { data } = useQuery(noteTemplatesQuery);
  const [isListOpen, setListOpen] = useState(false);
  const templates = data ?? [];
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button kind="ghost" size="small" isIcon label="New note from a template">
            <IconChevronDown size={14} stroke={1.75} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {templates.slice(0, 20).map((template) => (
            <Menu.Item
              key={template.id}
              leftSection={<IconTemplate size={15} stroke={1.75} aria-hidden="true" />}
              onClick={() => onUse(template)}
            >
              <Text>{template.name}</Text>
            </Menu.Item>
          ))}
          {templates.length > 0 && <Menu.Divider />}
          <Menu.Item onClick={() => setListOpen(true)}>Note templates…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isListOpen} onClose={() => setListOpen(false)} title="Note templates" size="lg">
        {isListOpen && (
          <TemplateList
            templates={templates}
            onUse={(template) => {
              setListOpen(false);
              onUse(template);
            }}
          />
        )}
      </Modal>
    </>
  );
}

function TemplateList({
  templates,
  onUse,
}: {
  templates: readonly NoteTemplate[];
  onUse(template: NoteTemplate): void;
}) {
  const [edited, setEdited] = useState<{ id?: string; name: string; body: string }>();
  return (
    <>
      {templates.length === 0 ? (
        <Empty icon={IconTemplate} title="No note template yet">
          What many of your notes begin with: a call, a first look, a hand-over. Write one here, or save a note as a
          template.
        </Empty>
      ) : (
        <ul className="templates scroll">
          {templates.map((template) => (
            <li key={template.id} className="row">
              <button type="button" className="grow el inset-focus" onClick={() => onUse(template)}>
                <span className="m">
                  <Text>{template.name}</Text>
                </span>{' '}
                <span className="t3 f12">
                  <Text>{noteExtract(template.body, 100)}</Text>
                </span>
              </button>
              <Button
                kind="ghost"
                size="small"
                isIcon
                label={`Edit ${template.name}`}
                onClick={() => setEdited(template)}
              >
                <IconPencil size={14} stroke={1.75} />
              </Button>
              <Button
                kind="ghost"
                size="small"
                isIcon
                label={`Remove ${template.name}`}
                onClick={() => void undoable('Note template removed', 'noteTemplates.remove', { id: template.id })}
              >
                <IconTrash size={14} stroke={1.75} />
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="dialog-actions">
        <Button kind="primary" onClick={() => setEdited({ name: '', body: '' })}>
          New template
        </Button>
      </div>
      {edited && <TemplateDialog template={edited} onClose={() => setEdited(undefined)} />}
    </>
  );
}
