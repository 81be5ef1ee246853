import { Modal, Radio, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { MergePlan } from '../../../shared/contract/case-merge.ts';
import type { Case } from '../../../shared/contract/entities.ts';
import type { Pap, Tlp } from '../../../shared/model/marking.ts';
import { PapChip, Severity, Tag, TlpChip } from '../../ui/chips.tsx';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { mergePlanQuery, mergeTargetsQuery, useMergeCases } from './queries.ts';

/** First which case, by number or title; then what would come of it; then the merge. */
export function MergeDialog({ found, isOpen, onClose }: { found: Case; isOpen: boolean; onClose(): void }) {
  const [other, setOther] = useState<string>();
  const close = (): void => {
    setOther(undefined);
    onClose();
  };
  return (
    <Modal opened={isOpen} onClose={close} title={`Merge #${found.number} with another case`} size="lg">
      {other === undefined ? (
        <ChooseTarget found={found} onChoose={setOther} onClose={close} />
      ) : (
        <MergePreview ids={[found.id, other]} onBack={() => setOther(undefined)} onClose={close} />
      )}
    </Modal>
  );
}

/** The cases that were selected in the list. */
export function MergeSelected({ ids, onClose }: { ids: readonly string[]; onClose(): void }) {
  return (
    <Modal opened={ids.length > 0} onClose={onClose} title={`Merge ${ids.length} cases`} size="lg">
      {ids.length > 0 && <MergePreview ids={[...ids]} onClose={onClose} />}
    </Modal>
  );
}

function ChooseTarget(props: { found: Case; onChoose(id: string): void; onClose(): void }) {
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 150);
  const { data, error } = useQuery({ ...mergeTargetsQuery(props.found.id, asked), enabled: asked !== '' });
  return (
    <div className="add-form">
      <TextInput
        label="Case"
        description="Its number, such as 12 or #12, or words of its title."
        data-autofocus
        maxLength={500}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {error && <ErrorNote error={error} />}
      {data?.length === 0 && asked !== '' && (
        <p className="f12 t2" role="status">
          No such case in this engagement.
        </p>
      )}
      <ul className="merge-targets" aria-label="Cases found">
        {data?.map(({ case: target, problem }) => (
          <li key={target.id}>
            <button type="button" disabled={problem !== ''} onClick={() => props.onChoose(target.id)}>
              <span className="mono t3">#{target.number}</span>
              <span className="el m">
                <Text>{target.title}</Text>
              </span>
              <span className="f12 t3">{problem}</span>
            </button>
          </li>
        ))}
      </ul>
      <div className="dialog-actions">
        <Button onClick={props.onClose}>Cancel</Button>
      </div>
    </div>
  );
}

function MergePreview(props: { ids: string[]; onBack?: () => void; onClose(): void }) {
  const { data: plan, error } = useQuery(mergePlanQuery(props.ids));
  if (error) {
    return (
      <div className="add-form">
        <ErrorNote error={error} />
        <div className="dialog-actions">
          <Button onClick={props.onBack ?? props.onClose}>Back</Button>
        </div>
      </div>
    );
  }
  return plan ? <MergeForm {...props} plan={plan} /> : <Skeleton />;
}

function MergeForm({
  ids,
  plan,
  onBack,
  onClose,
}: {
  ids: string[];
  plan: MergePlan;
  onBack?: () => void;
  onClose(): void;
}) {
  const [title, setTitle] = useState(plan.title);
  const [fields, setFields] = useState<Record<string, string>>({});
  const merge = useMergeCases();
  const [, navigate] = useLocation();
  const numberOf = (caseId: string): string => `#${plan.sources.find(({ id }) => id === caseId)?.number ?? ''}`;
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        merge.mutate(
          {
            ids,
            choices: {
              title,
              fields: Object.entries(fields).map(([fieldId, fromCaseId]) => ({ fieldId, fromCaseId })),
            },
          },
          {
            onSuccess: ({ number }) => {
              onClose();
              navigate(`/cases/${number}`);
            },
          },
        );
      }}
    >
      <p className="f12 t2">
        A new case gets a copy of everything in {plan.sources.map(({ number }) => `#${number}`).join(', ')}. They stay
        as they are, as duplicates of it, and the merge can be taken apart later.
      </p>
      <TextInput
        label="Title of the new case"
        maxLength={500}
        data-autofocus
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <div className="row wrap" role="group" aria-label="What it will be like">
        <Severity value={plan.severity} />
        <TlpChip tlp={plan.tlp as Tlp} />
        <PapChip pap={plan.pap as Pap} />
        {plan.tags.slice(0, 8).map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
        {plan.tags.length > 8 && <span className="f12 t3">+{plan.tags.length - 8}</span>}
      </div>
      <ul className="merge-rows f12" aria-label="What is copied">
        {plan.rows.map(({ kind, n, same }) => (
          <li key={kind}>
            {count(n)} {kind}
            {same > 0 && <span className="t3">, {plural(same, 'duplicate')} joined under the stricter marking</span>}
          </li>
        ))}
        {plan.alerts > 0 && <li>{plural(plan.alerts, 'alert')} linked to it</li>}
        {plan.rows.length === 0 && plan.alerts === 0 && <li>Nothing but the description: these cases are empty.</li>}
      </ul>
      {plan.fields.map((field) => (
        <Radio.Group
          key={field.fieldId}
          label={`${field.name} differs`}
          value={fields[field.fieldId] ?? field.values[0]?.caseId ?? ''}
          onChange={(caseId) => setFields({ ...fields, [field.fieldId]: caseId })}
        >
          {field.values.map(({ caseId, value }) => (
            <Radio key={caseId} value={caseId} label={`${value.slice(0, 200)} (${numberOf(caseId)})`} />
          ))}
        </Radio.Group>
      ))}
      {merge.error && <ErrorNote error={merge.error} />}
      <div className="dialog-actions">
        <Button onClick={onBack ?? onClose}>{onBack ? 'Another case' : 'Cancel'}</Button>
        <Button type="submit" kind="primary" isDisabled={title.trim() === '' || merge.isPending}>
          {merge.isPending ? 'Merging…' : 'Merge'}
        </Button>
      </div>
    </form>
  );
}
