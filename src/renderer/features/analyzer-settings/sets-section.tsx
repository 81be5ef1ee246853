import { Modal, MultiSelect, Select, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AnalyzerSet } from '../../../shared/contract/sets.ts';
import { isDataType } from '../../../shared/model/data-type.ts';
import { callQuery } from '../../api/query.ts';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { typeWords } from '../../ui/icons.tsx';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { setsQuery, useCreateSet, useRemoveSet, useUpdateSet } from './queries.ts';
import './analyzer-settings.css';

type Member = { flavorId: string; dataTypes: AnalyzerSet['members'][number]['dataTypes'] };

const flavorsQuery = callQuery('analyzers.list', {}, ['analyzers', 'engagement']);

/** Named groups of analyzers that run in one action. */
export function SetsSection() {
  const { data, error, refetch } = useQuery(setsQuery);
  const [edited, setEdited] = useState<AnalyzerSet | 'new'>();
  const remove = useRemoveSet();
  return (
    <section aria-labelledby="settings-sets">
      <div className="row">
        <h2 id="settings-sets">Analyzer sets</h2>
        <span className="right" />
        <Button size="small" onClick={() => setEdited('new')}>
          <IconPlus size={14} stroke={1.75} aria-hidden="true" />
          New set…
        </Button>
      </div>
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {remove.error && <ErrorNote error={remove.error} />}
      {!data && !error && <Skeleton />}
      {data?.length === 0 && (
        <p className="help">
          None yet. A set is a group of analyzers that you run together, from a run sheet or the palette.
        </p>
      )}
      <ul className="f12">
        {data?.map((set) => (
          <li key={set.id} className="row set-row">
            <span className="grow breaks">
              <span className="m">
                <Text>{set.name}</Text>
              </span>{' '}
              <span className="t3">
                {plural(set.members.length, 'analyzer')}: {set.dataTypes.map(typeWords).join(', ') || 'for nothing yet'}
              </span>
              {set.members.some(({ runsId }) => runsId === null) && (
                <span className="setting-missing">
                  {' '}
                  {plural(set.members.filter(({ runsId }) => runsId === null).length, 'is', 'are')} not there
                </span>
              )}
            </span>
            <Button size="small" onClick={() => setEdited(set)}>
              Change…
            </Button>
            <Button
              kind="ghost"
              size="small"
              isIcon
              label={`Remove the set ${set.name}`}
              onClick={() => remove.mutate(set)}
            >
              <IconX size={14} stroke={1.75} />
            </Button>
          </li>
        ))}
      </ul>
      <Modal
        opened={edited !== undefined}
        onClose={() => setEdited(undefined)}
        title={edited === 'new' ? 'New set' : 'Change the set'}
        size="lg"
      >
        {edited !== undefined && (
          <SetForm set={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />
        )}
      </Modal>
    </section>
  );
}

function SetForm({ set, onClose }: { set: AnalyzerSet | undefined; onClose(): void }) {
  const { data: flavors } = useQuery(flavorsQuery);
  const [name, setName] = useState(set?.name ?? '');
  const [description, setDescription] = useState(set?.description ?? '');
  const [members, setMembers] = useState<Member[]>(
    set?.members.map(({ flavorId, dataTypes }) => ({ flavorId, dataTypes })) ?? [],
  );
  const create = useCreateSet();
  const update = useUpdateSet();
  const chosen = new Set(members.map(({ flavorId }) => flavorId));
  const nameOf = (id: string): string => {
    const flavor = flavors?.find((one) => one.id === id);
    return flavor ? `${flavor.name} ${flavor.version}` : id;
  };
  const done = {
    onSuccess: () => {
      toast(set ? 'Set changed' : 'Set made');
      onClose();
    },
  };
  const fields = { name: name.trim(), description, members };
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (set) update.mutate({ id: set.id, patch: fields }, done);
        else create.mutate(fields, done);
      }}
    >
      <TextInput
        label="Name"
        data-autofocus
        value={name}
        maxLength={200}
        onChange={(event) => setName(event.target.value)}
      />
      <Textarea
        label="What it is for"
        rows={2}
        value={description}
        onChange={(event) => setDescription(event.target.value)}
      />
      <div>
        <span className="label">Analyzers</span>
        <ul className="set-members">
          {members.map((member) => (
            <li key={member.flavorId} className="row tight">
              <span className="el set-member">
                <Text>{nameOf(member.flavorId)}</Text>
              </span>
              <span className="grow">
                <MultiSelect
                  aria-label={`Types for ${nameOf(member.flavorId)}`}
                  placeholder={member.dataTypes.length === 0 ? 'All that it takes' : ''}
                  data={(flavors?.find(({ id }) => id === member.flavorId)?.dataTypes ?? member.dataTypes).map(
                    (type) => ({
                      value: type,
                      label: typeWords(type),
                    }),
                  )}
                  value={member.dataTypes}
                  onChange={(types) =>
                    setMembers(
                      members.map((one) => (one === member ? { ...one, dataTypes: types.filter(isDataType) } : one)),
                    )
                  }
                />
              </span>
              <Button
                kind="ghost"
                size="small"
                isIcon
                label={`Take ${nameOf(member.flavorId)} out`}
                onClick={() => setMembers(members.filter((one) => one !== member))}
              >
                <IconX size={14} stroke={1.75} />
              </Button>
            </li>
          ))}
        </ul>
        <Select
          aria-label="Add an analyzer"
          placeholder="Add an analyzer"
          searchable
          data={(flavors ?? [])
            .filter(({ id }) => !chosen.has(id))
            .map((flavor) => ({ value: flavor.id, label: `${flavor.name} ${flavor.version}` }))}
          value={null}
          onChange={(flavorId) => flavorId !== null && setMembers([...members, { flavorId, dataTypes: [] }])}
        />
      </div>
      {(create.error ?? update.error) && <ErrorNote error={create.error ?? update.error} />}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          type="submit"
          kind="primary"
          isDisabled={name.trim() === '' || members.length === 0 || create.isPending || update.isPending}
        >
          {set ? 'Change set' : 'Make set'}
        </Button>
      </div>
    </form>
  );
}
