import { Popover, TextInput } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { Button } from '../../ui/controls.tsx';
import { dateTime } from '../../ui/format.ts';
import { usePrefs } from '../../ui/prefs.ts';
import { DateTime } from '../../ui/time.tsx';

const MINUTE = 60_000;

/** How a field for date and time writes a moment, in UTC or in the zone of this machine. */
function toField(at: number, isUtc: boolean): string {
  const shifted = isUtc ? at : at - new Date(at).getTimezoneOffset() * MINUTE;
  return new Date(shifted).toISOString().slice(0, 16);
}

function fromField(text: string, isUtc: boolean): number | undefined {
  const at = Date.parse(isUtc ? `${text}Z` : text);
  return Number.isNaN(at) || at < 0 ? undefined : at;
}

/** A moment that is edited where it stands. */
export function TimeFact(props: { label: string; at: number; onSave(at: number): void }) {
  const isUtc = usePrefs((prefs) => prefs.clock) === 'utc';
  const [isOpen, setOpen] = useState(false);
  const [draft, setDraft] = useState('');
  const read = fromField(draft, isUtc);
  return (
    <Popover position="bottom-start" trapFocus opened={isOpen} onChange={setOpen} width={260}>
      <Popover.Target>
        <button
          type="button"
          className="row tight chip-button"
          aria-label={`${props.label} ${dateTime(props.at, isUtc ? 'utc' : 'local')}. Change`}
          onClick={() => {
            setDraft(toField(props.at, isUtc));
            setOpen(!isOpen);
          }}
        >
          <DateTime at={props.at} />
          <IconPencil size={12} stroke={1.75} className="t3" aria-hidden="true" />
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className="add-form"
          onSubmit={(event) => {
            event.preventDefault();
            setOpen(false);
            if (read !== undefined) props.onSave(read);
          }}
        >
          <TextInput
            type="datetime-local"
            label={`${props.label} (${isUtc ? 'UTC' : 'local time'})`}
            data-autofocus
            value={draft}
            error={read === undefined ? 'A date and a time are needed.' : undefined}
            onChange={(event) => setDraft(event.currentTarget.value)}
          />
          <div className="dialog-actions">
            <Button type="submit" size="small" kind="primary" isDisabled={read === undefined}>
              Save
            </Button>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
