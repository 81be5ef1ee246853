import { Menu } from '@mantine/core';
import { IconChevronDown, IconStack2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Input } from '../../api/client.ts';
import { type RunRequest, runRequestStore } from '../../state/run-request.ts';
import { Button } from '../../ui/controls.tsx';
import { Text } from '../../ui/text.tsx';
import { setsQuery } from './queries.ts';

/** On a run sheet: the same selection with another set of analyzers. Nothing where there are no sets. */
export function SetMenu({ request, asked }: { request: RunRequest; asked: Input<'jobs.plan'> }) {
  const { data } = useQuery(setsQuery);
  if (data === undefined || data.length === 0) return null;
  const { setId, flavorIds: _named, ...plan } = asked;
  const chosen = data.find((set) => set.id === setId);
  const choose = (id: string | undefined): void =>
    runRequestStore.getState().open({
      about: request.about,
      backTo: request.backTo,
      plan: id === undefined ? { ...plan, withRemote: true } : { ...plan, setId: id },
    });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button>
          <IconStack2 size={15} stroke={1.75} aria-hidden="true" />
          <Text>{chosen ? `Set: ${chosen.name}` : 'Use a set'}</Text>
          <IconChevronDown size={14} stroke={1.75} aria-hidden="true" />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {chosen && <Menu.Item onClick={() => choose(undefined)}>Every analyzer that fits</Menu.Item>}
        {data.map((set) => (
          <Menu.Item key={set.id} onClick={() => choose(set.id)}>
            <Text>{set.name}</Text> <span className="t3">{set.members.length}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
