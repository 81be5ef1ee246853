import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { IconArrowUpRight, IconDeviceLaptop, IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Responder } from '../../../shared/contract/responders.ts';
import { Button } from '../../ui/controls.tsx';
import { fileSize } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { caseFilesQuery } from './queries.ts';
import type { Choices } from './respond-dialog.tsx';

/** Which responder, with what it asks for each time. */
export function PickStep(props: {
  responders: readonly Responder[];
  caseId: string | undefined;
  chosen: Choices | undefined;
  onChange(chosen: Choices): void;
  onNext(): void;
  onClose(): void;
}) {
  const { chosen, onChange } = props;
  return (
    <form
      className="respond"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen) props.onNext();
      }}
    >
      <div className="responder-choices scroll" role="radiogroup" aria-label="Responder">
        {props.responders.map((responder) => (
          <Choice
            key={responder.id}
            responder={responder}
            isChosen={chosen?.responder.id === responder.id}
            onChoose={() => onChange({ responder, parameters: {}, evidenceIds: [] })}
          />
        ))}
      </div>
      {chosen?.responder.parameters.map((field) => {
        const Field = field.isLong ? Textarea : TextInput;
        return (
          <Field
            key={field.name}
            label={field.label}
            description={field.help}
            inputWrapperOrder={['label', 'input', 'error', 'description']}
            {...(field.isLong ? { rows: 3 } : {})}
            maxLength={65_536}
            value={chosen.parameters[field.name] ?? ''}
            onChange={(event: { currentTarget: { value: string } }) =>
              onChange({
                ...chosen,
                parameters: { ...chosen.parameters, [field.name]: event.currentTarget.value },
              })
            }
          />
        );
      })}
      {chosen?.responder.takesAttachments && props.caseId !== undefined && (
        <Files
          caseId={props.caseId}
          ids={chosen.evidenceIds}
          onChange={(evidenceIds) => onChange({ ...chosen, evidenceIds })}
        />
      )}
      <div className="dialog-actions">
        <Button onClick={props.onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={chosen === undefined}>
          Preview
        </Button>
      </div>
    </form>
  );
}

function Choice({ responder, isChosen, onChoose }: { responder: Responder; isChosen: boolean; onChoose(): void }) {
  const Icon = responder.isLocal ? IconDeviceLaptop : IconArrowUpRight;
  return (
    <button type="button" role="radio" aria-checked={isChosen} className="responder-choice" onClick={onChoose}>
      <Icon size={15} stroke={1.75} className="t3" aria-label={responder.isLocal ? 'Stays here' : 'Leaves'} />
      <span className="m el">
        <Text>{responder.name}</Text> <span className="t3">{responder.version}</span>
      </span>
      <span className="f12 t2 el" title={responder.description}>
        <Text>{responder.summary === '' ? responder.description : responder.summary}</Text>
      </span>
      {responder.cannotRun && (
        <span className="f12 t3 why responder-why">
          <IconPlugConnectedX size={13} stroke={1.75} aria-hidden="true" />
          <Text>{responder.cannotRun.message}</Text>
        </span>
      )}
    </button>
  );
}

function Files({ caseId, ids, onChange }: { caseId: string; ids: readonly string[]; onChange(ids: string[]): void }) {
  const { data } = useQuery(caseFilesQuery(caseId));
  if (!data || data.length === 0) return null;
  return (
    <fieldset className="files">
      <legend className="label">Files that go along</legend>
      <div className="scroll respond-files">
        {data.map((file) => (
          <Checkbox
            key={file.id}
            size="xs"
            label={`${file.name} (${fileSize(file.size)})`}
            checked={ids.includes(file.id)}
            onChange={(event) =>
              onChange(event.currentTarget.checked ? [...ids, file.id] : ids.filter((id) => id !== file.id))
            }
          />
        ))}
      </div>
    </fieldset>
  );
}
