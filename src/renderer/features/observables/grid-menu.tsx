import { Menu } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useState } from 'react';
import { OBSERVABLE_SORTS, type ObservableSort } from '../../../shared/contract/observables.ts';
import { Button } from '../../ui/controls.tsx';
import { COLUMN_FACTS, COLUMNS, SORT_WORDS, useColumns } from './columns.ts';

/** Order and columns, for the keyboard as well as for the mouse. */
export function GridMenu({ sort, onSort }: { sort: ObservableSort; onSort(sort: ObservableSort): void }) {
  const { shown, toggle, reset } = useColumns();
  // Held here: an item that is checked keeps the focus out of the menu, and Escape would not close it.
  const [isOpen, setOpen] = useState(false);
  const close = (change: () => void): void => {
    setOpen(false);
    change();
  };
  return (
    <Menu position="bottom-end" opened={isOpen} onChange={setOpen}>
      <Menu.Target>
        <Button kind="ghost" size="small" isIcon label="Order and columns">
          <IconColumns3 size={15} stroke={1.75} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Order</Menu.Label>
        {OBSERVABLE_SORTS.map((each) => (
          <Menu.RadioItem key={each} value={each} checked={sort === each} onChange={() => onSort(each)}>
            {SORT_WORDS[each]}
          </Menu.RadioItem>
        ))}
        <Menu.Label>Columns, on this device</Menu.Label>
        {COLUMNS.map((column) => (
          <Menu.CheckboxItem key={column} checked={shown.includes(column)} onChange={() => close(() => toggle(column))}>
            {COLUMN_FACTS[column].label}
          </Menu.CheckboxItem>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={reset}>As designed</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
