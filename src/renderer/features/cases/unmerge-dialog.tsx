import { Modal, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Case } from '../../../shared/contract/entities.ts';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { unmergePlanQuery, useUnmergeCase } from './queries.ts';

const WHAT = { added: 'added', changed: 'changed', removed: 'in the trash', analysed: 'new reports' } as const;
const LISTED = 50;
const NOWHERE = 'nowhere';

/** What came into a merged case since is listed before it goes to the trash, and carried where it is wanted. */
export function UnmergeDialog({ found, isOpen, onClose }: { found: Case; isOpen: boolean; onClose(): void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={`Take the merge of #${found.number} apart`} size="lg">
      <Unmerge found={found} onClose={onClose} />
    </Modal>
  );
}

function Unmerge({ found, onClose }: { found: Case; onClose(): void }) {
  const { data, error } = useQuery(unmergePlanQuery(found.id));
  const [target, setTarget] = useState<string>();
  const unmerge = useUnmergeCase();
  const [, navigate] = useLocation();
  if (error) return <ErrorNote error={error} />;
  if (!data) return <Skeleton />;
  const chosen = target ?? data.sources[0]?.id ?? NOWHERE;
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        unmerge.mutate(
          { id: found.id, carryTo: chosen === NOWHERE || data.changes.length === 0 ? null : chosen },
          {
            onSuccess: ({ sources: [first] }) => {
              onClose();
              navigate(first ? `/cases/${first.number}` : '/cases');
            },
          },
        );
      }}
    >
      <p className="f12 t2">
        #{found.number} goes to the trash. {data.sources.map(({ number }) => `#${number}`).join(' and ')} are again what
        they were before.
      </p>
      {data.changes.length === 0 ? (
        <p className="f12">Nothing was added or changed in #{found.number} since.</p>
      ) : (
        <>
          <p className="f12 m">
            {plural(data.changes.length, 'thing')}
            {data.isMore && ' and more'} came or changed since:
          </p>
          <ul className="merge-rows f12" aria-label="Changed since the merge">
            {data.changes.slice(0, LISTED).map((change) => (
              <li key={`${change.id} ${change.what}`} className="row">
                <span className="t3">
                  {change.kind}, {WHAT[change.what]}
                </span>
                <span className="el">
                  <Text>{change.label}</Text>
                </span>
              </li>
            ))}
            {data.changes.length > LISTED && <li className="t3">and {data.changes.length - LISTED} more</li>}
          </ul>
          <Select
            label="Carry it to"
            allowDeselect={false}
            data={[
              ...data.sources.map(({ id, number, title }) => ({ value: id, label: `#${number} ${title}` })),
              { value: NOWHERE, label: `Leave it with #${found.number} in the trash` },
            ]}
            value={chosen}
            onChange={(value) => setTarget(value ?? undefined)}
          />
        </>
      )}
      {unmerge.error && <ErrorNote error={unmerge.error} />}
      <div className="dialog-actions">
        <Button onClick={onClose}>Keep the merge</Button>
        <Button type="submit" kind="primary" isDisabled={unmerge.isPending}>
          Take apart
        </Button>
      </div>
    </form>
  );
}
