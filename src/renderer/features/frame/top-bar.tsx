import { Menu, Modal, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconChevronDown, IconHelp, IconPlus, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../ui/controls.tsx';
import { PapPicker, TlpPicker } from '../../ui/chips.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { frameStore, useFrame } from '../../state/frame-store.ts';
import { engagementsQuery, useCreateEngagement, useEngagement, useUpdateEngagement } from '../../state/engagement.ts';

export function TopBar() {
  const engagement = useEngagement();
  const update = useUpdateEngagement();
  const { setPalette, setKeySheet } = frameStore.getState();
  return (
    <header className="top">
      <div className="top-side">
        <span className="logo">
          <Logo />
        </span>
        <EngagementMenu />
        {engagement && (
          <>
            <TlpPicker
              label="Default of the engagement"
              value={engagement.tlp}
              onChange={(tlp) => update.mutate({ id: engagement.id, patch: { tlp } })}
            />
            <PapPicker
              label="Default of the engagement"
              value={engagement.pap}
              onChange={(pap) => update.mutate({ id: engagement.id, patch: { pap } })}
            />
          </>
        )}
      </div>
      <button type="button" className="search" aria-keyshortcuts="Control+K" onClick={() => setPalette(true)}>
        <IconSearch size={15} stroke={1.75} aria-hidden="true" />
        <span className="grow el">Search or run a command</span>
        <Kbd keys={['Ctrl', 'K']} />
      </button>
      <div className="top-side end">
        {engagement && (
          <button
            type="button"
            role="switch"
            className="switch"
            aria-checked={!engagement.isOffline}
            aria-label={engagement.isOffline ? 'Offline. Go online' : 'Online. Go offline'}
            title={
              engagement.isOffline
                ? 'Nothing that needs a link may start in this engagement.'
                : 'Analyzers that the gate allows may use the network.'
            }
            onClick={() => {
              const isOffline = !engagement.isOffline;
              update.mutate(
                { id: engagement.id, patch: { isOffline } },
                { onSuccess: () => toast(isOffline ? 'Went offline' : 'Went online') },
              );
            }}
          >
            <span className="knob" aria-hidden="true" />
            {engagement.isOffline ? 'OFFLINE' : 'ONLINE'}
          </button>
        )}
        <Button kind="ghost" isIcon label="All keys" keys="?" onClick={() => setKeySheet(true)}>
          <IconHelp size={16} stroke={1.75} />
        </Button>
      </div>
    </header>
  );
}

export const Logo = ({ size = 22 }: { size?: number }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 22 22"
    role="img"
    aria-label="Osmia"
    fill="none"
    stroke="currentColor"
    strokeWidth="2"
  >
    <circle cx="11" cy="11" r="8.6" />
    <circle cx="12.6" cy="12.6" r="3.6" fill="currentColor" stroke="none" />
  </svg>
);

function EngagementMenu() {
  const engagement = useEngagement();
  const { data } = useQuery(engagementsQuery);
  const choose = useFrame((frame) => frame.chooseEngagement);
  const [isNewOpen, setNewOpen] = useState(false);
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <button type="button" className="engagement" aria-label={`Engagement ${engagement?.name ?? ''}. Switch`}>
            <span className="el">
              <Text>{engagement?.name ?? '…'}</Text>
            </span>
            <IconChevronDown size={14} stroke={1.75} className="t3" aria-hidden="true" />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Engagements. Cases of different ones never mix.</Menu.Label>
          {data?.map((each) => (
            <Menu.Item key={each.id} onClick={() => choose(each.id)} aria-current={each.id === engagement?.id}>
              <span className={each.id === engagement?.id ? 'm lnk' : undefined}>
                <Text>{each.name}</Text>
              </span>
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconPlus size={14} stroke={1.75} />} onClick={() => setNewOpen(true)}>
            New engagement…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isNewOpen} onClose={() => setNewOpen(false)} title="New engagement" size="sm">
        <NewEngagement onDone={() => setNewOpen(false)} />
      </Modal>
    </>
  );
}

function NewEngagement({ onDone }: { onDone(): void }) {
  const create = useCreateEngagement();
  const choose = useFrame((frame) => frame.chooseEngagement);
  const form = useForm({
    initialValues: { name: '' },
    validateInputOnBlur: true,
    validate: { name: (name) => (name.trim() === '' ? 'Type the client’s or mission’s name.' : null) },
  });
  return (
    <form
      onSubmit={form.onSubmit(({ name }) =>
        create.mutate(name.trim(), {
          onSuccess: (made) => {
            choose(made.id);
            onDone();
            toast(`Engagement “${made.name}” created`);
          },
        }),
      )}
    >
      <TextInput
        label="Client or mission"
        description="It starts OFFLINE with TLP:AMBER and PAP:AMBER. You change that in the top bar."
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        data-autofocus
        {...form.getInputProps('name')}
      />
      {create.error && <ErrorNote error={create.error} />}
      <div className="dialog-actions">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={create.isPending}>
          Create engagement
        </Button>
      </div>
    </form>
  );
}
