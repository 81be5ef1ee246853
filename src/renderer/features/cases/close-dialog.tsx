import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Case } from '../../../shared/contract/entities.ts';
import { Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { CloseForm } from './close-form.tsx';
import { closeCheckQuery, useCloseCase } from './queries.ts';

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
  const close = useCloseCase(found.id);
  if (error) return <ErrorNote error={error} />;
  if (!check) return <Skeleton />;
  const mandatory = check.openTasks.filter((task) => task.isMandatory);
  return (
    <CloseForm
      openTasks={check.openTasks}
      blocking={[
        ...mandatory.map(({ title }) => `finish “${title}”, which is mandatory`),
        ...check.emptyFields.map(({ displayName }) => `fill “${displayName}” on Overview, which is mandatory`),
      ]}
      summary={found.summary}
      verb="Close case"
      error={close.error}
      isPending={close.isPending}
      onClose={onClose}
      onSubmit={(closing) => close.mutate(closing, { onSuccess: onClose })}
    />
  );
}
