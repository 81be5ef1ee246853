import { Modal, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DestroyPlan } from '../../../shared/contract/destroy.ts';
import { callCore } from '../../api/client.ts';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { destroyPlanQuery } from './queries.ts';

/** Says what goes and what cannot be reached, and asks for the number of the case before it is destroyed for good. */
export function DestroyDialog(props: { caseId: string; number: number; onClose(): void }) {
  const { caseId, number, onClose } = props;
  const { data, error } = useQuery(destroyPlanQuery(caseId));
  const [typed, setTyped] = useState('');
  const destroy = useMutation({
    mutationFn: () => callCore('trash.destroy', { caseId, confirm: typed }),
    onSuccess: () => {
      onClose();
      toast(`#${number} was destroyed`);
    },
  });
  const cancel = useMutation({ mutationFn: () => callCore('jobs.cancelMatching', { filter: { caseId } }) });
  const isTyped = typed.trim().replace(/^#/, '') === String(number);
  return (
    <Modal
      opened
      onClose={() => {
        if (!destroy.isPending) onClose();
      }}
      title={`Destroy #${number}`}
      size="lg"
    >
      {error && !destroy.isPending ? (
        <ErrorNote error={error} />
      ) : !data ? (
        <Skeleton />
      ) : (
        <form
          className="add-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (isTyped && data.unfinishedJobs === 0 && !destroy.isPending) destroy.mutate();
          }}
        >
          <p className="m">
            <Text>{data.title}</Text>
          </p>
          <Consequences plan={data} />
          {data.unfinishedJobs > 0 && (
            <div className="row">
              <span className="f12 t2">
                {plural(data.unfinishedJobs, 'job')} of this case {data.unfinishedJobs === 1 ? 'is' : 'are'} not over
                yet.
              </span>
              <Button size="small" isDisabled={cancel.isPending} onClick={() => cancel.mutate()}>
                Cancel {plural(data.unfinishedJobs, 'job')}
              </Button>
            </div>
          )}
          <TextInput
            label={`Type #${number} to destroy it. This cannot be undone.`}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
          {destroy.error && <ErrorNote error={destroy.error} />}
          <div className="dialog-actions">
            <Button onClick={onClose} isDisabled={destroy.isPending}>
              Keep it in the trash
            </Button>
            <Button type="submit" kind="danger" isDisabled={!isTyped || data.unfinishedJobs > 0 || destroy.isPending}>
              {destroy.isPending ? 'Destroying…' : 'Destroy'}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}

function Consequences({ plan }: { plan: DestroyPlan }) {
  const { goes, files, sent, alerts, sources, handedOver } = plan;
  return (
    <div className="f12 t2 destroy-facts">
      {plan.isBegun && <p>This was begun before and was interrupted. It can only go on.</p>}
      <p className="m">Goes for good</p>
      <ul aria-label="Goes for good">
        <li>The case with its key, its fields, what the search knows of it and what the activity log says was in it</li>
        {goes.length > 0 && <li>{goes.map(({ what, n }) => `${count(n)} ${what}`).join(', ')}</li>}
        {files > 0 && <li>{plural(files, 'stored file')} that nothing else here holds</li>}
      </ul>
      <p className="m">Stays here</p>
      <ul aria-label="Stays here">
        <li>That #{plan.number} was destroyed, when and by whom, and the SHA-256 of its files</li>
        {sent > 0 && (
          <li>
            {plural(sent, 'entry', 'entries')} of the egress ledger, with the values that were sent, and the use of
            quotas
          </li>
        )}
        {alerts > 0 && <li>{plural(alerts, 'alert')}, no longer leading to it</li>}
        {sources.length > 0 && (
          <li>
            {sources.map((number) => `#${number}`).join(', ')}, merged into it, on{' '}
            {sources.length === 1 ? 'its' : 'their'} own again
          </li>
        )}
        {handedOver > 0 && <li>{plural(handedOver, 'run')} that other cases rest on, handed over to those</li>}
      </ul>
      <p className="m">Out of reach</p>
      <ul aria-label="Out of reach">
        <li>Backups and copies of this workspace made before now hold the case and its key until you delete them</li>
        <li>Files that were exported, and what services were sent</li>
      </ul>
    </div>
  );
}
