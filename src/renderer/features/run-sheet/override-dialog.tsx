import { Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { RunRow } from '../../../shared/contract/jobs.ts';
import { Button } from '../../ui/controls.tsx';
import { Text } from '../../ui/text.tsx';

/** The gate asks for at least this many characters. */
const MIN_REASON = 10;

/** Somebody says why a refused job runs nevertheless. The reason goes on the job, its decision and the ledger. */
export function OverrideDialog(props: {
  row: RunRow | undefined;
  onClose(): void;
  onOverrule(row: RunRow, reason: string): void;
}) {
  const { row } = props;
  return (
    <Modal opened={row !== undefined} onClose={props.onClose} title="Overrule the gate for this job?" size="md">
      {row && <ReasonForm key={row.row} {...props} row={row} />}
    </Modal>
  );
}

function ReasonForm(props: { row: RunRow; onClose(): void; onOverrule(row: RunRow, reason: string): void }) {
  const { row } = props;
  const [reason, setReason] = useState('');
  const missing = MIN_REASON - reason.trim().length;
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (missing <= 0) props.onOverrule(row, reason.trim());
      }}
    >
      <ul className="override-refusals">
        {row.refusals.map((refusal) => (
          <li key={refusal}>
            <Text>{refusal}</Text>
          </li>
        ))}
      </ul>
      <p className="f12 t2">
        {row.destination === '' ? (
          'Nothing leaves: it runs here.'
        ) : (
          <>
            Then this leaves: <Text>{row.leaves}</Text>, to <Text>{row.destination}</Text>.
          </>
        )}
      </p>
      <Textarea
        label="Why it runs nevertheless"
        description={
          missing > 0
            ? `At least ${MIN_REASON} characters. It is kept with the job and in the egress ledger.`
            : 'It is kept with the job and in the egress ledger.'
        }
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        rows={3}
        maxLength={1_000}
        value={reason}
        data-autofocus
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className="dialog-actions">
        <Button onClick={props.onClose}>Keep it refused</Button>
        <Button type="submit" kind="danger" isDisabled={missing > 0}>
          Overrule
        </Button>
      </div>
    </form>
  );
}
