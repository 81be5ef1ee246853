import { FileButton, Menu } from '@mantine/core';
import {
  IconCopy,
  IconDots,
  IconFileExport,
  IconFileImport,
  IconPlus,
  IconTemplate,
  IconTrash,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { CaseTemplate } from '../../../shared/contract/case-templates.ts';
import { callCore } from '../../api/client.ts';
import { undoable } from '../../state/undoable.ts';
import { Tag } from '../../ui/chips.tsx';
import { Button, Empty, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { saveText } from '../../ui/save-text.ts';
import { ImportReports, NameTaken, type PendingImport, useTemplateImport } from './import-templates.tsx';
import { templatesQuery } from './queries.ts';
import { draftsStore, useDrafts } from './template-draft.ts';
import { TemplateEditor } from './template-editor.tsx';
import './case-templates.css';

/** Settings: the case templates, or the one that is edited (`new` for one that is not made yet). */
export function TemplatesPage({ id }: { id: string | undefined }) {
  const { data, error, refetch } = useQuery(templatesQuery);
  const drafts = useDrafts();
  const [, navigate] = useLocation();
  const [failed, setFailed] = useState<unknown>();
  const [pending, setPending] = useState<PendingImport>();
  const { run: importFiles, reports, clear } = useTemplateImport(setPending);
  const open = (which: string): void => navigate(`/settings/templates/${which}`);
  const attempt = (run: Promise<unknown>): void => {
    setFailed(undefined);
    run.catch(setFailed);
  };
  if (id !== undefined) {
    const template = data?.find((each) => each.id === id);
    if (!data && !error) return <Skeleton />;
    if (id !== 'new' && !template) {
      return (
        <Empty
          icon={IconTemplate}
          title="That template is not here any more"
          actions={<Button onClick={() => navigate('/settings/templates')}>All templates</Button>}
        >
          It was deleted, or imported over. Ctrl+Z brings back what was just deleted.
        </Empty>
      );
    }
    return <TemplateEditor key={id} template={template} onClose={() => navigate('/settings/templates')} />;
  }
  return (
    <>
      <div className="settings-head">
        <h2>Case templates</h2>
        <span className="f12 t3 grow">What a new case starts with: marking, tags, tasks, fields.</span>
        <FileButton
          multiple
          accept="application/json,.json"
          onChange={(files) => void importFiles(files)}
          inputProps={{ 'aria-label': 'Template files' }}
        >
          {(props) => (
            <Button {...props}>
              <IconFileImport size={15} stroke={1.75} aria-hidden="true" />
              Import…
            </Button>
          )}
        </FileButton>
        <Button kind="primary" onClick={() => open('new')}>
          <IconPlus size={15} stroke={1.75} aria-hidden="true" />
          New template
        </Button>
      </div>
      <ImportReports reports={reports} onClose={clear} />
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {Boolean(failed) && <ErrorNote error={failed} />}
      {!data && !error && <Skeleton />}
      {data?.length === 0 && drafts['new'] === undefined && (
        <Empty
          icon={IconTemplate}
          title="No case templates yet"
          actions={<Button onClick={() => open('new')}>New template</Button>}
        >
          A template is the list of what you always do for one kind of case. Make one, or import the files of TheHive 3
          or 4.
        </Empty>
      )}
      <ul className="settings-rows" aria-label="Case templates">
        {drafts['new'] !== undefined && (
          <li>
            <button type="button" className="m grow template-name" onClick={() => open('new')}>
              <Text>{drafts['new'].name || 'New template'}</Text>
            </button>
            <span className="f12 setting-missing">Not saved yet</span>
          </li>
        )}
        {data?.map((template) => (
          <li key={template.id}>
            <div className="grow breaks">
              <button type="button" className="m template-name" onClick={() => open(template.id)}>
                <Text>{template.name}</Text>
              </button>{' '}
              {drafts[template.id] !== undefined && <span className="f12 setting-missing">Changes not saved</span>}
              <div className="row tight f12 t2">
                {plural(template.tasks.length, 'task')}, {plural(template.fields.length, 'field')}
                {template.tags.slice(0, 3).map((tag) => (
                  <Tag key={tag}>{tag}</Tag>
                ))}
                {template.tags.length > 3 && <span className="taxonomy more">+{template.tags.length - 3}</span>}
              </div>
            </div>
            <Button size="small" onClick={() => open(template.id)}>
              Edit
            </Button>
            <TemplateMenu template={template} onRun={attempt} />
          </li>
        ))}
      </ul>
      <NameTaken
        pending={pending}
        hasDraft={data?.some(({ id: each, name }) => name === pending?.name && drafts[each] !== undefined) ?? false}
        onChoose={(taken) => {
          const known = data?.find(({ name }) => name === pending?.name);
          if (pending) {
            attempt(
              pending.retry(taken).then(() => {
                if (taken === 'replace' && known) draftsStore.getState().drop(known.id);
              }),
            );
          }
          setPending(undefined);
        }}
        onClose={() => setPending(undefined)}
      />
    </>
  );
}

function TemplateMenu({ template, onRun }: { template: CaseTemplate; onRun(run: Promise<unknown>): void }) {
  const { id, name } = template;
  const save = async (shape: 'thehive4' | 'thehive3'): Promise<void> => {
    const { fileName, text, lost } = await callCore('caseTemplates.export', { id, shape });
    saveText(fileName, text, 'application/json');
    toast(lost.length === 0 ? `${fileName} exported` : `Exported. TheHive 3 has no place for: ${lost.join(', ')}`);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button kind="ghost" size="small" isIcon label={`More about ${name}`}>
          <IconDots size={14} stroke={1.75} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconCopy size={14} />}
          onClick={() => onRun(undoable(({ name: copy }) => `${copy} made`, 'caseTemplates.duplicate', { id }))}
        >
          Duplicate
        </Menu.Item>
        <Menu.Item leftSection={<IconFileExport size={14} />} onClick={() => onRun(save('thehive4'))}>
          Export
        </Menu.Item>
        <Menu.Item leftSection={<IconFileExport size={14} />} onClick={() => onRun(save('thehive3'))}>
          Export for TheHive 3
        </Menu.Item>
        <Menu.Item
          leftSection={<IconTrash size={14} />}
          onClick={() => onRun(undoable(`Template ${name} moved to the trash`, 'caseTemplates.remove', { id }))}
        >
          Move to the trash
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
