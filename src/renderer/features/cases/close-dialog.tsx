import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Case } from '../../../shared/contract/entities.ts';
import { Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { FieldInput } from '../custom-fields/field-input.tsx';
import { fieldsQuery } from '../custom-fields/queries.ts';
import { CloseForm } from './close-form.tsx';
import { closeCheckQuery, fillField, useCloseCase } from './queries.ts';

/** The end of one case: what is still open, how it ended, and its summary. */
export function CloseDialog({ found, isOpen, onClose }: { found: Case; isOpen: boolean; onClose(): void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={`Close #${found.number}`} size="lg">
      <CloseOne found={found} onClose={onClose} />
    </Modal>
  );
}

function CloseOne({ found, onClose }: { found: Case; onClose(): void }) {
  const { data: check, error } = useQuery(closeCheckQuery(found.id));
  const { data: fields } = useQuery(fieldsQuery);
  const close = useCloseCase(found.id);
  if (error) return <ErrorNote error={error} />;
  if (!check) return <Skeleton />;
  const empty = fields?.filter(({ id }) => check.emptyFields.some((each) => each.id === id)) ?? [];
  const mandatory = check.openTasks.filter((task) => task.isMandatory);
  return (
    <CloseForm
      openTasks={check.openTasks}
      blocking={[
        ...mandatory.map(({ title }) => `finish “${title}”, which is mandatory`),
        ...check.emptyFields.map(({ displayName }) => `fill “${displayName}”, which is mandatory`),
      ]}
      summary={found.summary}
      verb="Close case"
      error={close.error}
      isPending={close.isPending}
      onClose={onClose}
      onSubmit={(closing) => close.mutate(closing, { onSuccess: onClose })}
    >
      {empty.length > 0 && (
        <section className="close-fields" aria-label="Mandatory fields">
          {empty.map((field) => (
            <div key={field.id}>
              <span className="f12 t2">{field.displayName}</span>
              <FieldInput field={field} value={null} onSave={(value) => void fillField(found.id, field, value)} />
            </div>
          ))}
        </section>
      )}
    </CloseForm>
  );
}
