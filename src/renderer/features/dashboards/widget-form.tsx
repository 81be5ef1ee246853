import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type Interval, INTERVALS, Widget, type WidgetKind } from '../../../shared/contract/dashboards.ts';
import { Button, Segmented } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { statsQuery } from './queries.ts';
import { SeriesEditor } from './series-editor.tsx';
import { INTERVAL_WORDS, SplitEditor } from './split-editor.tsx';
import { draftOf, KIND_WORDS } from './widget-draft.ts';
import { questionsOf } from './widget-table.ts';
import { type Days, WidgetView } from './widget-view.tsx';

const KINDS = Object.entries(KIND_WORDS).map(([value, label]) => ({ value: value as WidgetKind, label }));
const PREVIEW_MS = 150;

/** All a widget can say, with what it says beside it. */
export function WidgetForm(props: {
  widget: Widget | undefined;
  engagementId: string;
  days: Days;
  onSave(widget: Widget): void;
  onCancel(): void;
}) {
  const [draft, setDraft] = useState<Widget>(() => props.widget ?? draftOf('bar', crypto.randomUUID()));
  // A filter without values is not finished: it is not asked yet, and never saved.
  const asked = useMemo(() => withoutOpenEnds(draft), [draft]);
  const [shown] = useDebouncedValue(asked, PREVIEW_MS);
  const questions = useMemo(() => questionsOf(shown), [shown]);
  const { data, error } = useQuery({
    ...statsQuery({ engagementId: props.engagementId, period: props.days, questions }),
    placeholderData: keepPreviousData,
  });
  const answers = data?.answers.length === questions.length ? data.answers : [];
  const problem = Widget.safeParse(asked).error?.issues[0]?.message;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === undefined) props.onSave(asked);
      }}
    >
      <div className="widget-form">
        <div className="fields">
          <Segmented<WidgetKind>
            label="Kind"
            value={draft.kind}
            options={KINDS}
            onChange={(kind) => setDraft(draftOf(kind, draft.id, draft))}
          />
          <TextInput
            label="Title"
            data-autofocus
            value={draft.title}
            maxLength={200}
            onChange={(event) => setDraft({ ...draft, title: event.currentTarget.value })}
          />
          {draft.kind === 'text' && (
            <Textarea
              label="Text"
              description="Markdown. {{label}} becomes the number of the series with that label."
              autosize
              minRows={4}
              maxRows={14}
              maxLength={20_000}
              value={draft.text}
              onChange={(event) => setDraft({ ...draft, text: event.currentTarget.value })}
            />
          )}
          {(draft.kind === 'line' || draft.kind === 'multiline') && (
            <NativeSelect
              label="A point"
              data={INTERVALS.map((interval) => ({ value: interval, label: INTERVAL_WORDS[interval] }))}
              value={draft.interval}
              onChange={(event) => setDraft({ ...draft, interval: event.currentTarget.value as Interval })}
            />
          )}
          {draft.kind === 'line' && (
            <Checkbox
              label="Stacked"
              checked={draft.isStacked}
              onChange={(event) => setDraft({ ...draft, isStacked: event.currentTarget.checked })}
            />
          )}
          {draft.kind === 'bar' || draft.kind === 'donut' ? (
            <SplitEditor widget={draft} keys={answers[0]?.series.map(({ key }) => key) ?? []} onChange={setDraft} />
          ) : (
            <SeriesEditor
              kind={draft.kind}
              series={draft.series}
              onChange={(series) => setDraft({ ...draft, series })}
            />
          )}
        </div>
        <div className="preview" aria-label="Preview" role="region">
          {error ? <ErrorNote error={error} /> : <WidgetView widget={shown} answers={answers} days={props.days} />}
        </div>
      </div>
      {problem !== undefined && (
        <p className="field-error f12" role="alert">
          {problem}
        </p>
      )}
      <div className="dialog-actions">
        <Button onClick={props.onCancel}>Cancel</Button>
        <Button kind="primary" type="submit" isDisabled={problem !== undefined}>
          {props.widget === undefined ? 'Add widget' : 'Save widget'}
        </Button>
      </div>
    </form>
  );
}

function withoutOpenEnds(draft: Widget): Widget {
  const complete = <T extends { filters: { values: string[] }[] }>(of: T): T => ({
    ...of,
    filters: of.filters.filter(({ values }) => values.length > 0),
  });
  return 'series' in draft ? { ...draft, series: draft.series.map(complete) } : complete(draft);
}
