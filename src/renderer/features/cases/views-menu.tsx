import { Menu, Modal, TextInput } from '@mantine/core';
import { IconBookmark, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CaseFilter, CaseSort } from '../../../shared/contract/case-list.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Text } from '../../ui/text.tsx';
import { partsOf, SORT_WORDS } from './case-filter-words.ts';
import { removeView, useSaveView, viewsQuery } from './queries.ts';

/** Filters and orders under a name, of the engagement. */
export function ViewsMenu(props: {
  engagementId: string;
  filter: CaseFilter;
  sort: CaseSort;
  onShow(filter: CaseFilter, sort: CaseSort): void;
}) {
  const { data: views } = useQuery(viewsQuery(props.engagementId));
  const [isSaving, setSaving] = useState(false);
  return (
    <>
      <Menu position="bottom-start" width={280}>
        <Menu.Target>
          <Button size="small">
            <IconBookmark size={14} stroke={1.75} aria-hidden="true" />
            Views
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views?.map((view) => (
            <Menu.Item key={view.id} onClick={() => props.onShow(view.filter, view.sort)}>
              <Text>{view.name}</Text>
            </Menu.Item>
          ))}
          {views?.length === 0 && <Menu.Label>A view keeps a filter and its order under a name.</Menu.Label>}
          <Menu.Divider />
          <Menu.Item onClick={() => setSaving(true)}>Save this view…</Menu.Item>
          {views && views.length > 0 && (
            <Menu.Sub>
              <Menu.Sub.Target>
                <Menu.Sub.Item>Remove a view</Menu.Sub.Item>
              </Menu.Sub.Target>
              <Menu.Sub.Dropdown>
                {views.map((view) => (
                  <Menu.Item
                    key={view.id}
                    leftSection={<IconTrash size={14} stroke={1.75} />}
                    onClick={() => void removeView(view.id, view.name)}
                  >
                    <Text>{view.name}</Text>
                  </Menu.Item>
                ))}
              </Menu.Sub.Dropdown>
            </Menu.Sub>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isSaving} onClose={() => setSaving(false)} title="Save this view" size="sm">
        <SaveView {...props} onClose={() => setSaving(false)} />
      </Modal>
    </>
  );
}

function SaveView(props: { engagementId: string; filter: CaseFilter; sort: CaseSort; onClose(): void }) {
  const { engagementId, filter, sort, onClose } = props;
  const parts = partsOf(filter);
  const [name, setName] = useState(
    parts
      .map(({ words }) => words)
      .join(', ')
      .slice(0, 100),
  );
  const save = useSaveView();
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ engagementId, name, filter, sort }, { onSuccess: onClose });
      }}
    >
      <TextInput
        label="Name"
        description="Saving under a name that is there changes that view."
        maxLength={100}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <p className="f12 t2">
        {parts.length === 0 && !filter.text
          ? 'Every case'
          : [...parts.map(({ words }) => words), filter.text].filter(Boolean).join(' · ')}
        . {SORT_WORDS[sort]} first.
      </p>
      {save.error && <ErrorNote error={save.error} />}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={name.trim() === '' || save.isPending}>
          Save view
        </Button>
      </div>
    </form>
  );
}
