import { Checkbox, Modal, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { IconForms, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CustomField } from '../../../shared/contract/custom-fields.ts';
import { CUSTOM_FIELD_TYPES } from '../../../shared/contract/responders.ts';
import { undoable } from '../../state/undoable.ts';
import { Button, Empty, FilterField, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { FIELD_TYPE_WORDS, fieldsQuery } from './queries.ts';

/** Settings: which custom fields there are. */
export function FieldsPage() {
  const { data, error, refetch } = useQuery(fieldsQuery);
  const [edited, setEdited] = useState<CustomField | 'new'>();
  const [failed, setFailed] = useState<unknown>();
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const shown = (data ?? []).filter((field) => `${field.displayName} ${field.name}`.toLowerCase().includes(wanted));
  const remove = (field: CustomField): void => {
    setFailed(undefined);
    undoable(`${field.displayName} deleted`, 'customFields.remove', { id: field.id }).catch(setFailed);
  };
  return (
    <>
      <div className="settings-head">
        <h2>Custom fields</h2>
        <span className="f12 t3 grow">
          Facts of your own on cases and alerts. Numbers among them are what TheHive called metrics.
        </span>
        <Button kind="primary" onClick={() => setEdited('new')}>
          <IconPlus size={15} stroke={1.75} aria-hidden="true" />
          New field…
        </Button>
      </div>
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {Boolean(failed) && <ErrorNote error={failed} />}
      {!data && !error && <Skeleton />}
      {data && data.length > 12 && <FilterField label="Filter fields" value={text} onChange={setText} />}
      {data?.length === 0 && (
        <Empty
          icon={IconForms}
          title="No custom fields yet"
          actions={<Button onClick={() => setEdited('new')}>New field…</Button>}
        >
          A field is a fact that your cases have: a ticket, a sector, a loss. Define it once; then it can be put on any
          case, or come with a template.
        </Empty>
      )}
      <ul className="settings-rows" aria-label="Custom fields">
        {shown.map((field) => {
          const uses = field.uses + field.templates;
          return (
            <li key={field.id}>
              <div className="grow breaks">
                <span className="m">
                  <Text>{field.displayName}</Text>
                </span>{' '}
                {field.displayName !== field.name && <span className="mono t3 f12">{field.name}</span>}
                <div className="f12 t2">
                  {FIELD_TYPE_WORDS[field.type]}
                  {field.options.length > 0 && `, one of ${count(field.options.length)}`}
                  {field.isMandatory && ', needed to close a case'}
                  {field.description !== '' && (
                    <>
                      {'. '}
                      <Text>{field.description}</Text>
                    </>
                  )}
                </div>
              </div>
              <span className="f12 t3">
                {field.uses === 0 && field.templates === 0
                  ? 'Not used'
                  : [
                      field.uses > 0 && plural(field.uses, 'use'),
                      field.templates > 0 && plural(field.templates, 'template'),
                    ]
                      .filter(Boolean)
                      .join(', ')}
              </span>
              <Button size="small" onClick={() => setEdited(field)}>
                Change…
              </Button>
              <Button
                kind="ghost"
                size="small"
                isIcon
                label={`Delete ${field.displayName}`}
                isDisabled={uses > 0}
                title={uses > 0 ? 'It is in use. Take it off everywhere first.' : `Delete ${field.displayName}`}
                onClick={() => remove(field)}
              >
                <IconTrash size={14} stroke={1.75} />
              </Button>
            </li>
          );
        })}
      </ul>
      <Modal
        opened={edited !== undefined}
        onClose={() => setEdited(undefined)}
        title={edited === 'new' ? 'New field' : 'Change the field'}
        size="md"
      >
        {edited !== undefined && (
          <FieldForm field={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />
        )}
      </Modal>
    </>
  );
}

function FieldForm({ field, onClose }: { field: CustomField | undefined; onClose(): void }) {
  const [displayName, setDisplayName] = useState(field?.displayName ?? '');
  const [name, setName] = useState(field?.name ?? '');
  const [type, setType] = useState<CustomField['type']>(field?.type ?? 'string');
  const [description, setDescription] = useState(field?.description ?? '');
  const [options, setOptions] = useState(field?.options ?? []);
  const [isMandatory, setMandatory] = useState(field?.isMandatory ?? false);
  const [error, setError] = useState<unknown>();
  const shownName = name === '' ? keyOf(displayName) : name;
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    const common = { displayName, description, options, isMandatory };
    const run = field
      ? undoable(`${displayName} changed`, 'customFields.update', { id: field.id, patch: common })
      : undoable(`${displayName} made`, 'customFields.create', { ...common, name: shownName, type });
    run.then(onClose, setError);
  };
  return (
    <form className="add-form" onSubmit={submit}>
      <TextInput
        label="Name"
        maxLength={200}
        data-autofocus
        value={displayName}
        onChange={(event) => setDisplayName(event.target.value)}
      />
      {field ? (
        <p className="help">
          Key <span className="mono">{field.name}</span>, {FIELD_TYPE_WORDS[field.type].toLowerCase()}. Neither can
          change: files and responders go by them.
        </p>
      ) : (
        <>
          <TextInput
            label="Key"
            description="What files, templates and responders call it. It cannot change later."
            inputWrapperOrder={['label', 'input', 'error', 'description']}
            maxLength={100}
            value={shownName}
            onChange={(event) => setName(event.target.value)}
          />
          <Select
            label="Type"
            data={CUSTOM_FIELD_TYPES.map((each) => ({ value: each, label: FIELD_TYPE_WORDS[each] }))}
            value={type}
            allowDeselect={false}
            onChange={(chosen) => setType(CUSTOM_FIELD_TYPES.find((each) => each === chosen) ?? 'string')}
          />
        </>
      )}
      {type !== 'boolean' && (
        <TagsInput
          label="Only these values"
          description="Empty: any value of the type."
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          value={options}
          maxTags={500}
          splitChars={['\n']}
          onChange={setOptions}
        />
      )}
      <Textarea
        label="What it means"
        rows={2}
        maxLength={10_000}
        value={description}
        onChange={(event) => setDescription(event.target.value)}
      />
      <Checkbox
        label="Needed to close a case"
        checked={isMandatory}
        onChange={(event) => setMandatory(event.target.checked)}
      />
      {Boolean(error) && <ErrorNote error={error} />}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={displayName.trim() === ''}>
          {field ? 'Change field' : 'Make field'}
        </Button>
      </div>
    </form>
  );
}

/** "Estimated loss" → `estimated-loss`. */
const keyOf = (displayName: string): string =>
  displayName
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 100);
