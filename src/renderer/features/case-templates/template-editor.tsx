import { Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useState } from 'react';
import type { CaseTemplate } from '../../../shared/contract/case-templates.ts';
import { PAP_LABELS, TLP_LABELS } from '../../../shared/model/marking.ts';
import { undoable } from '../../state/undoable.ts';
import { SEVERITY_WORDS } from '../../ui/chips.tsx';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useKeys } from '../../ui/keys.ts';
import { TagField } from '../../ui/tag-field.tsx';
import { bodyOf, draftOf, draftProblem, draftsStore, type TemplateDraft, useDrafts } from './template-draft.ts';
import { TemplateFields } from './template-fields.tsx';
import { TemplateTasks } from './template-tasks.tsx';

/** One template. Changes stay a draft until they are saved, also when the screen is left. */
export function TemplateEditor({ template, onClose }: { template: CaseTemplate | undefined; onClose(): void }) {
  const id = template?.id ?? 'new';
  const kept = useDrafts()[id];
  const [clean] = useState(() => draftOf(template));
  const draft = kept ?? clean;
  const isDirty = kept !== undefined;
  const [problem, setProblem] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [isSaving, setSaving] = useState(false);
  const change = (patch: Partial<TemplateDraft>): void => {
    setProblem(undefined);
    draftsStore.getState().put(id, { ...draft, ...patch });
  };
  const discard = (): void => {
    draftsStore.getState().drop(id);
    onClose();
  };
  const save = (): void => {
    const wrong = draftProblem(draft);
    setProblem(wrong);
    setError(undefined);
    if (wrong !== undefined || isSaving) return;
    const name = draft.name.trim();
    setSaving(true);
    const run = template
      ? undoable(`Template ${name} saved`, 'caseTemplates.update', { id: template.id, name, body: bodyOf(draft) })
      : undoable(`Template ${name} made`, 'caseTemplates.create', { name, ...bodyOf(draft) });
    run.then(discard, setError).finally(() => setSaving(false));
  };
  useKeys([{ keys: 'mod+Enter', inFields: true, run: save }]);
  const orNone = (label: string): { value: string; label: string } => ({ value: '', label });
  return (
    <div className="template-editor">
      <div className="settings-head">
        <Button kind="ghost" isIcon label="All templates" onClick={onClose}>
          <IconArrowLeft size={16} stroke={1.75} />
        </Button>
        <h2 className="grow el">{draft.name.trim() === '' ? 'New template' : draft.name}</h2>
        {isDirty && <span className="f12 setting-missing">Changes not saved</span>}
        {isDirty && <Button onClick={discard}>Discard changes</Button>}
        <Button kind="primary" keys="Control+Enter" isDisabled={!isDirty || isSaving} onClick={save}>
          {template ? 'Save template' : 'Make template'}
        </Button>
      </div>
      {problem !== undefined && (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
      {Boolean(error) && <ErrorNote error={error} />}
      <div className="template-columns">
        <section aria-label="What the case is">
          <TextInput
            label="Name"
            description="Unique; files and the command line go by it."
            inputWrapperOrder={['label', 'input', 'error', 'description']}
            maxLength={200}
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
          />
          <TextInput
            label="Shown as"
            placeholder={draft.name}
            maxLength={200}
            value={draft.displayName}
            onChange={(event) => change({ displayName: event.target.value })}
          />
          <TextInput
            label="Before the title"
            placeholder="[Phishing]"
            maxLength={200}
            value={draft.titlePrefix}
            onChange={(event) => change({ titlePrefix: event.target.value })}
          />
          <div className="template-marks">
            <Select
              label="Severity"
              allowDeselect={false}
              data={[
                orNone('Medium, unless typed'),
                ...SEVERITY_WORDS.map((word, index) => ({ value: String(index + 1), label: word })),
              ]}
              value={draft.severity === null ? '' : String(draft.severity)}
              onChange={(value) => change({ severity: value ? Number(value) : null })}
            />
            <Select
              label="TLP"
              allowDeselect={false}
              data={[
                orNone('The engagement’s'),
                ...TLP_LABELS.map((tlp) => ({ value: tlp, label: `TLP:${tlp.toUpperCase()}` })),
              ]}
              value={draft.tlp ?? ''}
              onChange={(value) => change({ tlp: TLP_LABELS.find((tlp) => tlp === value) ?? null })}
            />
            <Select
              label="PAP"
              allowDeselect={false}
              data={[
                orNone('The engagement’s'),
                ...PAP_LABELS.map((pap) => ({ value: pap, label: `PAP:${pap.toUpperCase()}` })),
              ]}
              value={draft.pap ?? ''}
              onChange={(value) => change({ pap: PAP_LABELS.find((pap) => pap === value) ?? null })}
            />
          </div>
          <TagField label="Tags" tags={draft.tags} onChange={(tags) => change({ tags })} />
          <Textarea
            label="Description"
            description="Markdown. Goes into a case that was given none."
            inputWrapperOrder={['label', 'input', 'error', 'description']}
            autosize
            minRows={4}
            maxRows={16}
            value={draft.description}
            onChange={(event) => change({ description: event.target.value })}
          />
          <Textarea
            label="Summary"
            autosize
            minRows={2}
            maxRows={10}
            value={draft.summary}
            onChange={(event) => change({ summary: event.target.value })}
          />
          <Checkbox
            label="Starred from the beginning"
            checked={draft.isFlagged}
            onChange={(event) => change({ isFlagged: event.target.checked })}
          />
        </section>
        <section aria-label="What is done and noted">
          <TemplateTasks tasks={draft.tasks} onChange={(tasks) => change({ tasks })} />
          <TemplateFields fields={draft.fields} onChange={(fields) => change({ fields })} />
        </section>
      </div>
    </div>
  );
}
