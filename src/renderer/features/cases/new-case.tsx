import { Select, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useEngagement } from '../../state/engagement.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { TagField } from '../../ui/tag-field.tsx';
import { templatesQuery } from '../case-templates/queries.ts';
import { NewCasePreview } from '../case-templates/template-preview.tsx';
import { useCreateCase } from './queries.ts';

/** What a new case needs, or the template that brings it; the rest is set in its head. */
export function NewCase({ onClose }: { onClose(): void }) {
  const engagement = useEngagement();
  const create = useCreateCase();
  const [, navigate] = useLocation();
  const { data: templates } = useQuery(templatesQuery);
  const [templateId, setTemplateId] = useState<string>();
  const [tags, setTags] = useState<string[]>([]);
  const form = useForm({
    initialValues: { title: '', description: '' },
    validateInputOnBlur: true,
    validate: { title: (title) => (title.trim() === '' ? 'Type what the case is about.' : null) },
  });
  const template = templates?.find(({ id }) => id === templateId);
  return (
    <form
      className="add-form"
      onSubmit={form.onSubmit(({ title, description }) =>
        create.mutate(
          {
            title: title.trim(),
            description,
            tags,
            ...(engagement ? { engagementId: engagement.id } : {}),
            ...(template ? { templateId: template.id } : {}),
          },
          { onSuccess: (made) => navigate(`/cases/${made.number}`) },
        ),
      )}
    >
      <TextInput label="Title" maxLength={500} data-autofocus {...form.getInputProps('title')} />
      {templates && templates.length > 0 && (
        <Select
          label="Template"
          placeholder="None"
          clearable
          searchable={templates.length > 8}
          data={templates.map(({ id, name, displayName }) => ({
            value: id,
            label: displayName === '' ? name : displayName,
          }))}
          value={templateId ?? null}
          onChange={(id) => setTemplateId(id ?? undefined)}
        />
      )}
      {template && engagement && (
        <NewCasePreview
          template={template}
          typed={{ title: form.values.title, description: form.values.description, tags }}
          engagement={engagement}
        />
      )}
      <Textarea
        label="Description"
        rows={template && template.description !== '' ? 2 : 4}
        {...(template && template.description !== ''
          ? { placeholder: 'The template’s, unless you type another one' }
          : {})}
        {...form.getInputProps('description')}
      />
      <TagField label="Tags" tags={tags} onChange={setTags} />
      {!template && (
        <p className="help">
          It gets the engagement’s marking and severity Medium. Everything can be changed in its head.
        </p>
      )}
      {create.error && <ErrorNote error={create.error} />}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={create.isPending}>
          Create case
        </Button>
      </div>
    </form>
  );
}
