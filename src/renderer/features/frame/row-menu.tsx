import { Menu } from '@mantine/core';
import { useEffect, useState } from 'react';
import { capsOf, type Command, commandsOf, runCommand } from '../../ui/commands.ts';
import { Kbd } from '../../ui/kbd.tsx';
import { keyName } from '../../ui/keys.ts';

interface Opened {
  x: number;
  y: number;
  commands: Command[];
}

/** Where the keyboard's row of the grid in focus ends; undefined where the focus is in no grid. */
function placeOfRow(): { x: number; y: number } | undefined {
  const grid = document.activeElement?.closest('[role="grid"]');
  const row = grid?.querySelector('.grid-row.cursor');
  const box = row?.getBoundingClientRect();
  return box && { x: box.left + 24, y: box.bottom };
}

/** Shift+F10 and the menu key: what the screen can do with the row under the cursor, by name. */
export function RowMenu() {
  const [opened, setOpened] = useState<Opened>();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const name = keyName(event);
      if (name !== 'shift+F10' && name !== 'ContextMenu') return;
      const place = placeOfRow();
      const commands = commandsOf('screen');
      if (place === undefined || commands.length === 0) return;
      event.preventDefault();
      setOpened({ ...place, commands });
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  if (opened === undefined) return null;
  const close = (): void => setOpened(undefined);
  return (
    <Menu opened onChange={(isOpen) => !isOpen && close()} position="bottom-start" withinPortal returnFocus>
      <Menu.Target>
        <span className="row-menu-place" style={{ left: opened.x, top: opened.y }} />
      </Menu.Target>
      <Menu.Dropdown aria-label="Menu of the row">
        {opened.commands.map((command) => (
          <Menu.Item
            key={command.label}
            rightSection={command.keys === undefined ? undefined : <Kbd keys={capsOf(command.keys)} />}
            onClick={() => {
              close();
              runCommand(command);
            }}
          >
            {command.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
