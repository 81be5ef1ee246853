import { Menu } from '@mantine/core';
import { IconCheck, IconColumns3 } from '@tabler/icons-react';
import { OBSERVABLE_SORTS, type ObservableSort } from '../../../shared/contract/observables.ts';
import { Button } from '../../ui/controls.tsx';
import { COLUMN_FACTS, COLUMNS, SORT_WORDS, useColumns } from './columns.ts';

/** Order and columns, for the keyboard as well as for the mouse. */
export function GridMenu({ sort, onSort }: { sort: ObservableSort; onSort(sort: ObservableSort): void }) {
  const { shown, toggle, reset } = useColumns();
  const mark = (isOn: boolean) => (
    <IconCheck size={14} stroke={1.75} aria-hidden="true" visibility={isOn ? 'visible' : 'hidden'} />
  );
  return (
    <Menu position="bottom-end" closeOnItemClick={false}>
      <Menu.Target>
        <Button kind="ghost" size="small" isIcon label="Order and columns">
          <IconColumns3 size={15} stroke={1.75} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Order</Menu.Label>
        {OBSERVABLE_SORTS.map((each) => (
          <Menu.Item
            key={each}
            role="menuitemradio"
            aria-checked={sort === each}
            closeMenuOnClick
            leftSection={mark(sort === each)}
            onClick={() => onSort(each)}
          >
            {SORT_WORDS[each]}
          </Menu.Item>
        ))}
        <Menu.Label>Columns, on this device</Menu.Label>
        {COLUMNS.map((column) => (
          <Menu.Item
            key={column}
            role="menuitemcheckbox"
            aria-checked={shown.includes(column)}
            leftSection={mark(shown.includes(column))}
            onClick={() => toggle(column)}
          >
            {COLUMN_FACTS[column].label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={reset} leftSection={mark(false)}>
          As designed
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
