import { Menu } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { Button } from '../../ui/controls.tsx';
import { count } from '../../ui/format.ts';

const LIMITS: readonly { minutes: number | null; label: string }[] = [
  { minutes: null, label: 'Stale verdicts only' },
  { minutes: 60, label: 'Older than 1 hour' },
  { minutes: 1_440, label: 'Older than 1 day' },
  { minutes: 10_080, label: 'Older than 7 days' },
  { minutes: 43_200, label: 'Older than 30 days' },
];

/** Asks again what is stale, or older than a limit; the run sheet comes next. */
export function RefreshMenu(props: { rows: number; onRefresh(olderThanMinutes: number | null): void }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="small" isDisabled={props.rows === 0}>
          <IconHistory size={14} stroke={1.75} aria-hidden="true" />
          Refresh…
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Run again for {count(props.rows)}, after the run sheet</Menu.Label>
        {LIMITS.map(({ minutes, label }) => (
          <Menu.Item key={label} onClick={() => props.onRefresh(minutes)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
