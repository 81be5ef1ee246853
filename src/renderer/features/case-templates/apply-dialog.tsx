import { Modal, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Case } from '../../../shared/contract/entities.ts';
import { undoable } from '../../state/undoable.ts';
import { Tag } from '../../ui/chips.tsx';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { templatePreviewQuery, templatesQuery } from './queries.ts';
import { TemplateFieldList, TemplateTaskList } from './template-preview.tsx';

/** Puts a template on a case that is there: shows what it would add, and adds nothing twice. */
export function ApplyTemplateDialog({ found, isOpen, onClose }: { found: Case; isOpen: boolean; onClose(): void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={`Apply a template to case #${found.number}`} size="md">
      {isOpen && <ApplyForm found={found} onClose={onClose} />}
    </Modal>
  );
}

function ApplyForm({ found, onClose }: { found: Case; onClose(): void }) {
  const { data: templates } = useQuery(templatesQuery);
  const [id, setId] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const chosen = templates?.find((each) => each.id === id);
  const { data: adds, error: unknown } = useQuery({
    ...templatePreviewQuery(id ?? '', found.id),
    enabled: id !== undefined,
  });
  if (!templates) return <Skeleton />;
  if (templates.length === 0) {
    return (
      <p className="t2 f12">
        There are no case templates.{' '}
        <Link className="lnk" href="/settings/templates">
          Make or import one
        </Link>
      </p>
    );
  }
  const addsNothing =
    adds !== undefined &&
    adds.tags.length + adds.tasks.length + adds.fields.length === 0 &&
    !adds.description &&
    !adds.summary;
  const known = adds
    ? [
        adds.knownTasks > 0 && plural(adds.knownTasks, 'task'),
        adds.knownFields > 0 && plural(adds.knownFields, 'field'),
      ].filter(Boolean)
    : [];
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!chosen || isBusy) return;
        setBusy(true);
        setError(undefined);
        undoable(`Template ${chosen.name} applied`, 'caseTemplates.apply', { id: chosen.id, caseId: found.id })
          .then(onClose, setError)
          .finally(() => setBusy(false));
      }}
    >
      <Select
        label="Template"
        data-autofocus
        searchable={templates.length > 8}
        data={templates.map((each) => ({
          value: each.id,
          label: each.displayName === '' ? each.name : each.displayName,
        }))}
        value={id ?? null}
        onChange={(value) => setId(value ?? undefined)}
      />
      {adds && (
        <section className="template-preview" aria-label="What it adds">
          {addsNothing && <span className="t2">The case has all of it already.</span>}
          {adds.tags.length > 0 && (
            <span className="row tight wrap">
              {adds.tags.map((tag) => (
                <Tag key={tag}>{tag}</Tag>
              ))}
            </span>
          )}
          <TemplateTaskList tasks={adds.tasks} />
          <TemplateFieldList fields={adds.fields} />
          {(adds.description || adds.summary) && (
            <span className="f12 t2">
              {[adds.description && 'The description', adds.summary && 'the summary'].filter(Boolean).join(' and ')},
              which the case does not have.
            </span>
          )}
          {known.length > 0 && <span className="f12 t3">There already: {known.join(' and ')}.</span>}
          <span className="f12 t3">Title, severity, TLP and PAP stay as they are.</span>
        </section>
      )}
      {(Boolean(error) || unknown) && <ErrorNote error={error ?? unknown} />}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={!adds || addsNothing || isBusy}>
          Apply template
        </Button>
      </div>
    </form>
  );
}
