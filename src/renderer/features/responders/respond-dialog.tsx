import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Responder } from '../../../shared/contract/responders.ts';
import { type RespondRequest, respondStore, useRespondRequest } from '../../state/respond-request.ts';
import { Button, Empty, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { IconSend } from '@tabler/icons-react';
import { ConfirmStep } from './confirm-step.tsx';
import { PickStep } from './pick-step.tsx';
import { respondersForQuery } from './queries.ts';
import './responders.css';

/** Two steps: which responder with what, then exactly what would be sent. Nothing runs before the second one is confirmed. */
export function RespondDialog() {
  const request = useRespondRequest();
  const { close } = respondStore.getState();
  return (
    <Modal
      opened={request !== undefined}
      onClose={close}
      title={request === undefined ? '' : `Respond to ${request.about}`}
      size={760}
    >
      {request && <Steps key={JSON.stringify(request.objects)} request={request} onClose={close} />}
    </Modal>
  );
}

export interface Choices {
  responder: Responder;
  parameters: Record<string, string>;
  evidenceIds: string[];
}

function Steps({ request, onClose }: { request: RespondRequest; onClose(): void }) {
  const { data, error, refetch } = useQuery(respondersForQuery(request.objects));
  const [chosen, setChosen] = useState<Choices>();
  const [isSeen, setSeen] = useState(false);
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  if (data.length === 0)
    return (
      <Empty icon={IconSend} title="No responder takes this" actions={<Button onClick={onClose}>Close</Button>}>
        Add a folder of responders under Analyzers, or choose fewer kinds of things at once.
      </Empty>
    );
  if (isSeen && chosen)
    return <ConfirmStep request={request} chosen={chosen} onBack={() => setSeen(false)} onClose={onClose} />;
  return (
    <PickStep
      responders={data}
      caseId={request.caseId}
      chosen={chosen}
      onChange={setChosen}
      onNext={() => setSeen(true)}
      onClose={onClose}
    />
  );
}
