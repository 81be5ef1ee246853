import { Autocomplete, Popover } from '@mantine/core';
import { IconWorldPin } from '@tabler/icons-react';
import { useState } from 'react';
import { isZone } from '../../../shared/model/time/zones.ts';
import { Button, Segmented } from '../../ui/controls.tsx';
import { localZone, useZone } from './zone-store.ts';

/** How times are written: always in view, kept for the next time. */
export function ZoneToggle() {
  const { choice, other, choose } = useZone();
  const [isOpen, setOpen] = useState(false);
  const options = [
    { value: 'utc', label: 'UTC' },
    { value: 'local', label: localZone() === 'UTC' ? 'Local' : `Local (${localZone()})` },
    ...(other === '' ? [] : [{ value: other, label: other }]),
  ];
  return (
    <span className="row tight">
      <Segmented label="Times shown in" value={choice} options={options} onChange={choose} />
      <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus width={260}>
        <Popover.Target>
          <Button kind="ghost" isIcon label="Another zone" onClick={() => setOpen(!isOpen)}>
            <IconWorldPin size={15} stroke={1.75} />
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <ZonePicker
            onPick={(zone) => {
              choose(zone);
              setOpen(false);
            }}
          />
        </Popover.Dropdown>
      </Popover>
    </span>
  );
}

/** A zone by its name, or an offset such as +02:00. */
export function ZonePicker({ onPick }: { onPick(zone: string): void }) {
  const [text, setText] = useState('');
  const isWrong = text !== '' && !isZone(text);
  const pick = (zone: string): void => {
    if (isZone(zone)) onPick(zone);
  };
  return (
    <Autocomplete
      label="Zone"
      placeholder="Europe/Madrid or +02:00"
      data={ZONES}
      limit={8}
      value={text}
      onChange={setText}
      onOptionSubmit={pick}
      comboboxProps={{ withinPortal: false }}
      error={isWrong && text.length > 4 ? 'Not a zone that is known here.' : undefined}
      data-autofocus
      onKeyDown={(event) => {
        if (event.key === 'Enter') pick(text);
      }}
    />
  );
}

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')];
