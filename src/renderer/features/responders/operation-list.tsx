import { IconArrowBackUp, IconCheck, IconClock, IconMinus, IconPlugConnectedX } from '@tabler/icons-react';
import type { Operation } from '../../../shared/contract/responders.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Text } from '../../ui/text.tsx';
import { useApplyOperation, useUndoOperation } from './queries.ts';

const ICONS = {
  waiting: IconClock,
  applied: IconCheck,
  failed: IconPlugConnectedX,
  skipped: IconMinus,
  undone: IconArrowBackUp,
} as const;

const WORDS: Readonly<Record<Operation['status'], string>> = {
  waiting: 'Waiting',
  applied: 'Applied',
  failed: 'Not applied',
  skipped: 'Skipped',
  undone: 'Undone',
};

/** What a responder asked for, each with what became of it; what was applied can be taken back by itself. */
export function OperationList({ operations }: { operations: readonly Operation[] }) {
  const undo = useUndoOperation();
  const apply = useApplyOperation();
  const error = undo.error ?? apply.error;
  return (
    <>
      <ul className="operations" aria-label="What it asked for">
        {operations.map((operation) => {
          const Icon = ICONS[operation.status];
          return (
            <li key={operation.id} className="operation">
              <Icon size={14} stroke={1.75} className="t3" aria-hidden="true" />
              <span className="m el">
                <Text>{operation.type}</Text>
              </span>
              <span className="t3">{WORDS[operation.status]}</span>
              <span className="operation-words t2 breaks">
                <Text>{operation.message}</Text>
              </span>
              {operation.canUndo && (
                <Button size="small" isDisabled={undo.isPending} onClick={() => undo.mutate(operation.id)}>
                  Undo
                </Button>
              )}
              {operation.status === 'failed' && (
                <Button
                  size="small"
                  kind="ghost"
                  isDisabled={apply.isPending}
                  onClick={() => apply.mutate(operation.id)}
                >
                  Try again
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {error && <ErrorNote error={error} />}
    </>
  );
}
