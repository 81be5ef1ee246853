import { Modal, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { EVERYTHING, type QueueRule } from '../../../shared/contract/queue.ts';
import { Button, Check } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Text } from '../../ui/text.tsx';
import { useSetLimits } from './queries.ts';
import { serviceName } from './waiting-words.ts';

const clockText = (minute: number | null): string =>
  minute === null ? '' : `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** Minutes of the day of "18:00"; undefined for anything else. */
function minuteOf(text: string): number | undefined {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim());
  return match ? Number(match[1]) * 60 + Number(match[2]) : undefined;
}

/** How many at once and when: of a service, of this computer, or of everything. */
export function ServiceDialog(props: {
  rule: QueueRule;
  /** Where the user set nothing; null for everything, which has no limit of its own. */
  usualAtOnce: number | null;
  /** Of everything only. */
  expireHours: number | null;
  onClose(): void;
}) {
  const { rule } = props;
  const isEverything = rule.service === EVERYTHING;
  const [atOnce, setAtOnce] = useState<number | ''>(rule.atOnce ?? '');
  const [isTimed, setTimed] = useState(rule.openFrom !== null);
  const [from, setFrom] = useState(clockText(rule.openFrom) || '18:00');
  const [to, setTo] = useState(clockText(rule.openTo) || '08:00');
  const [days, setDays] = useState<number | ''>(
    props.expireHours === null ? '' : Math.max(1, Math.round(props.expireHours / 24)),
  );
  const save = useSetLimits();
  const minutes = { from: minuteOf(from), to: minuteOf(to) };
  const isBad = isTimed && (minutes.from === undefined || minutes.to === undefined);
  const submit = (): void => {
    if (isBad || save.isPending) return;
    save.mutate(
      {
        service: rule.service,
        atOnce: atOnce === '' ? null : atOnce,
        hours:
          isTimed && minutes.from !== undefined && minutes.to !== undefined
            ? { from: minutes.from, to: minutes.to }
            : null,
        ...(isEverything ? { expireHours: days === '' ? null : days * 24 } : {}),
      },
      { onSuccess: props.onClose },
    );
  };
  return (
    <Modal
      opened
      onClose={props.onClose}
      size="sm"
      title={isEverything ? 'The whole queue' : <Text>{serviceName(rule.service)}</Text>}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <NumberInput
          label="Jobs at once"
          description={
            props.usualAtOnce === null
              ? 'Empty: no limit besides those of the services.'
              : `Empty: ${props.usualAtOnce}, the usual number.`
          }
          min={1}
          max={64}
          allowDecimal={false}
          value={atOnce}
          onChange={(value) => setAtOnce(typeof value === 'number' ? value : '')}
          data-autofocus
        />
        <div className="dialog-gap row tight">
          <Check label="Only at some hours" state={isTimed ? 'on' : 'off'} onToggle={() => setTimed(!isTimed)} />
          <span>Only at some hours</span>
        </div>
        {isTimed && (
          <div className="row dialog-gap">
            <TextInput
              label="From"
              value={from}
              error={minutes.from === undefined ? 'A time, such as 18:00' : undefined}
              onChange={(event) => setFrom(event.target.value)}
            />
            <TextInput
              label="To"
              value={to}
              error={minutes.to === undefined ? 'A time, such as 08:00' : undefined}
              onChange={(event) => setTo(event.target.value)}
            />
          </div>
        )}
        {isTimed && <p className="help">By the clock of this computer; from after to is over midnight.</p>}
        {isEverything && (
          <div className="dialog-gap">
            <NumberInput
              label="Days that a job may wait"
              description="After that it is cancelled, and says so. Empty: 7."
              min={1}
              max={365}
              allowDecimal={false}
              value={days}
              onChange={(value) => setDays(typeof value === 'number' ? value : '')}
            />
          </div>
        )}
        {save.error && <ErrorNote error={save.error} />}
        <div className="dialog-actions">
          <Button onClick={props.onClose}>Cancel</Button>
          <Button kind="primary" type="submit" isDisabled={isBad || save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Modal>
  );
}
