import { Popover, TextInput } from '@mantine/core';
import { IconCalendar, IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import type { Period } from '../../../shared/contract/dashboards.ts';
import { Button } from '../../ui/controls.tsx';
import { DAY_MS, daysOf, fromDateField, PERIOD_WORDS, toDateField } from './period.ts';

const PRESETS = ['all', 'months3', 'days30', 'days7'] as const;

const words = (period: Period): string =>
  period.kind === 'custom'
    ? `${toDateField(period.from)} to ${toDateField(period.to - DAY_MS)}`
    : PERIOD_WORDS[period.kind];

/** The period always applies to the day on which a thing was made (or, where a widget says so, closed); days are UTC. */
export function PeriodMenu(props: { period: Period; now: number; onChange(period: Period): void }) {
  const [isOpen, setOpen] = useState(false);
  const shown = daysOf(props.period, props.now) ?? daysOf({ kind: 'months3' }, props.now)!;
  const [from, setFrom] = useState(toDateField(shown.from));
  const [to, setTo] = useState(toDateField(shown.to - DAY_MS));
  const [start, end] = [fromDateField(from), fromDateField(to)];
  const isRange = start !== undefined && end !== undefined && start <= end;
  const choose = (period: Period): void => {
    props.onChange(period);
    setOpen(false);
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <IconCalendar size={14} stroke={1.75} aria-hidden="true" />
          {words(props.period)}
          <IconChevronDown size={13} stroke={1.75} aria-hidden="true" />
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Period">
        <div className="add-form">
          <div className="row wrap">
            {PRESETS.map((kind) => (
              <Button key={kind} size="small" isPressed={props.period.kind === kind} onClick={() => choose({ kind })}>
                {PERIOD_WORDS[kind]}
              </Button>
            ))}
          </div>
          <form
            className="row"
            onSubmit={(event) => {
              event.preventDefault();
              if (isRange) choose({ kind: 'custom', from: start, to: end + DAY_MS });
            }}
          >
            <TextInput type="date" label="From" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
            <TextInput
              type="date"
              label="To"
              value={to}
              error={isRange ? undefined : 'Choose a later day'}
              onChange={(event) => setTo(event.currentTarget.value)}
            />
            <Button type="submit" isDisabled={!isRange}>
              Show
            </Button>
          </form>
          <p className="f11 t3">Counted by the day a thing was made, in UTC.</p>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
