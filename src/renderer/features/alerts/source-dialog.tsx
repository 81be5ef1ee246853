import { Modal, NumberInput, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { AlertSource, CsvMapping } from '../../../shared/contract/alerts.ts';
import type { Pap, Tlp } from '../../../shared/model/marking.ts';
import { useEngagement } from '../../state/engagement.ts';
import { undoable } from '../../state/undoable.ts';
import { PapPicker, TlpPicker } from '../../ui/chips.tsx';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { TagField } from '../../ui/tag-field.tsx';

type Columns = CsvMapping['columns'];

const COLUMNS: readonly { field: keyof Columns; label: string }[] = [
  { field: 'sourceRef', label: 'Reference' },
  { field: 'title', label: 'Title' },
  { field: 'description', label: 'Description' },
  { field: 'date', label: 'Date' },
  { field: 'severity', label: 'Severity' },
  { field: 'tlp', label: 'TLP' },
  { field: 'tags', label: 'Tags' },
  { field: 'externalLink', label: 'Link' },
  { field: 'values', label: 'Values' },
  { field: 'dataType', label: 'Type of value' },
  { field: 'message', label: 'Comment' },
  { field: 'isIoc', label: 'IOC' },
];

/** A new feed, or what holds for a source: where its files do not say, these do. */
export function SourceDialog(props: {
  source: AlertSource | undefined;
  engagementId: string | undefined;
  onClose(): void;
}) {
  const { source } = props;
  const engagement = useEngagement();
  const isFeed = source === undefined || source.kind === 'feed';
  const [name, setName] = useState(source?.name ?? '');
  const [url, setUrl] = useState(source?.url ?? '');
  const [everyMinutes, setEvery] = useState(source?.everyMinutes ?? 60);
  const [tlp, setTlp] = useState<Tlp>(source?.tlp ?? engagement?.tlp ?? 'amber');
  const [pap, setPap] = useState<Pap>(source?.pap ?? engagement?.pap ?? 'amber');
  const [tags, setTags] = useState<string[]>(source?.tags ?? []);
  const [caseTemplate, setTemplate] = useState(source?.caseTemplate ?? '');
  const [rows, setRows] = useState<CsvMapping['rows']>(source?.mapping?.rows ?? 'alerts');
  const [columns, setColumns] = useState<Columns>(source?.mapping?.columns ?? {});
  const [failure, setFailure] = useState<unknown>(null);

  const save = async (): Promise<void> => {
    setFailure(null);
    const shared = { name: name.trim(), tlp, pap, tags, caseTemplate: caseTemplate.trim() };
    try {
      if (source === undefined) {
        await undoable(`Feed ${shared.name} added`, 'alerts.addSource', {
          kind: 'feed',
          url: url.trim(),
          everyMinutes,
          ...shared,
          ...(props.engagementId === undefined ? {} : { engagementId: props.engagementId }),
        });
      } else {
        const named = Object.fromEntries(Object.entries(columns).filter(([, head]) => head?.trim() !== ''));
        const isMapped = rows !== 'alerts' || Object.keys(named).length > 0;
        await undoable(`${shared.name} changed`, 'alerts.updateSource', {
          id: source.id,
          patch: {
            ...shared,
            everyMinutes,
            ...(isFeed ? { url: url.trim() } : { mapping: isMapped ? { rows, columns: named, type: 'csv' } : null }),
          },
        });
      }
      props.onClose();
    } catch (error) {
      setFailure(error);
    }
  };

  return (
    <Modal
      opened
      onClose={props.onClose}
      title={source === undefined ? 'Add a feed' : `Source ${source.name}`}
      size={600}
    >
      <form
        className="add-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextInput
          label="Name"
          data-autofocus
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {isFeed && (
          <>
            <TextInput
              label="Address"
              description="The folder of a MISP feed (it holds manifest.json), or one event. Nothing is sent before you say so."
              required
              placeholder="https://example.org/misp-feed/"
              value={url}
              onChange={(event) => setUrl(event.currentTarget.value)}
            />
            <NumberInput
              label="Minutes between fetches, where the clock is switched on"
              min={5}
              max={43_200}
              value={everyMinutes}
              onChange={(value) => setEvery(typeof value === 'number' ? value : 60)}
            />
          </>
        )}
        <div className="row tight">
          <span className="label">Where a file says nothing:</span>
          <TlpPicker label="Source" value={tlp} onChange={setTlp} />
          <PapPicker label="Source" value={pap} onChange={setPap} />
        </div>
        <TagField label="Tags on its alerts and observables" tags={tags} onChange={setTags} />
        <TextInput
          label="Case template"
          description="Name of the template for cases made of its alerts; empty for none."
          value={caseTemplate}
          onChange={(event) => setTemplate(event.currentTarget.value)}
        />
        {!isFeed && (
          <fieldset className="csv-columns">
            <legend className="label">Columns of CSV files</legend>
            <Select
              label="A row is"
              allowDeselect={false}
              data={[
                { value: 'alerts', label: 'an alert (rows with one reference are one)' },
                { value: 'observables', label: 'an observable of one alert for the file' },
              ]}
              value={rows}
              onChange={(value) => setRows(value === 'observables' ? 'observables' : 'alerts')}
            />
            <p className="help">Names as in the first row. All empty: they are guessed from their names.</p>
            <SimpleGrid cols={3} spacing="xs" verticalSpacing={4}>
              {COLUMNS.map(({ field, label }) => (
                <TextInput
                  key={field}
                  label={label}
                  value={columns[field] ?? ''}
                  onChange={(event) => setColumns({ ...columns, [field]: event.currentTarget.value })}
                />
              ))}
            </SimpleGrid>
          </fieldset>
        )}
        {failure !== null && <ErrorNote error={failure} />}
        <div className="dialog-actions">
          <Button onClick={props.onClose}>Cancel</Button>
          <Button kind="primary" type="submit">
            {source === undefined ? 'Add feed' : 'Save'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
