import { MultiSelect, TagsInput, Textarea } from '@mantine/core';
import { IconArrowRight, IconStar, IconStarFilled, IconTrash, IconX } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import type { CaseAsset } from '../../../shared/contract/assets.ts';
import type { TimelineEvent } from '../../../shared/contract/timeline.ts';
import { isTechniqueId } from '../../../shared/model/technique-id.ts';
import { editableTime, rfc3339 } from '../../../shared/model/time/write-time.ts';
import type { Input } from '../../api/client.ts';
import { undoable } from '../../state/undoable.ts';
import { ChoiceMenu, Tag } from '../../ui/chips.tsx';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { DataTypeMark } from '../../ui/icons.tsx';
import { TagEditor } from '../../ui/tag-editor.tsx';
import { Text } from '../../ui/text.tsx';
import { Value } from '../../ui/value.tsx';
import { KIND_OPTIONS } from './add-event.tsx';
import { observableQuery } from './queries.ts';
import { readTyped, TimeField, type TypedTime } from './time-field.tsx';
import { SOURCE_WORDS, sourcePath, spanWords, zoneWords } from './words.ts';

const Markdown = lazy(() => import('../../ui/markdown.tsx'));

type Patch = Input<'timeline.update'>['patch'];

/** One event, everything editable in place; each change is one step back. */
export function EventDetail(props: {
  event: TimelineEvent;
  caseNumber: number;
  zone: string;
  assets: readonly CaseAsset[];
  onClose(): void;
  onRemove(): void;
}) {
  const { event, zone } = props;
  const [error, setError] = useState<unknown>();
  const change = async (patch: Patch, said: string): Promise<void> => {
    setError(undefined);
    try {
      await undoable(said, 'timeline.update', { ids: [event.id], patch });
    } catch (failure) {
      setError(failure);
    }
  };
  const path = sourcePath(event, props.caseNumber);
  const Star = event.isStarred ? IconStarFilled : IconStar;
  return (
    <aside className="event-detail" aria-label="Event">
      <div className="side-head">
        Event
        <span className="right row tight">
          <Button
            kind="ghost"
            size="small"
            isIcon
            label={event.isStarred ? 'Take the star off' : 'Star'}
            keys="f"
            isPressed={event.isStarred}
            onClick={() =>
              void change({ isStarred: !event.isStarred }, event.isStarred ? 'Star taken off' : 'Event starred')
            }
          >
            <Star size={15} stroke={1.75} />
          </Button>
          <Button kind="ghost" size="small" isIcon label="Move to the trash" keys="Delete" onClick={props.onRemove}>
            <IconTrash size={15} stroke={1.75} />
          </Button>
          <Button kind="ghost" size="small" isIcon label="Close" onClick={props.onClose}>
            <IconX size={15} stroke={1.75} />
          </Button>
        </span>
      </div>
      <div className="scroll grow event-facts">
        {error !== undefined && <ErrorNote error={error} />}
        <TitleEditor
          key={`title ${event.id} ${event.title}`}
          event={event}
          onChange={(title) => void change({ title }, 'Title changed')}
        />
        <TimeEditor
          key={`time ${event.id} ${event.updatedAt}`}
          event={event}
          zone={zone}
          onChange={(patch) => void change(patch, 'Time changed')}
        />
        <dl className="facts">
          <dt>UTC</dt>
          <dd className="mono">
            {rfc3339(event.at, 'UTC', event.precision)}
            {event.endAt !== null &&
              ` to ${rfc3339(event.endAt, 'UTC', event.precision)} (${spanWords(event.endAt - event.at)})`}
          </dd>
          <dt>Given in</dt>
          <dd>
            {zoneWords(event.zone, event.at)}, to the {event.precision}
            {event.given !== '' && (
              <>
                {' '}
                as{' '}
                <span className="mono breaks">
                  <Text>{event.given}</Text>
                </span>
              </>
            )}
          </dd>
          {event.notes.length > 0 && (
            <>
              <dt>About it</dt>
              <dd className="breaks">
                <Text>{event.notes.join(' ')}</Text>
              </dd>
            </>
          )}
          <dt>Source</dt>
          <dd>
            {path === null ? (
              SOURCE_WORDS[event.source]
            ) : (
              <Link href={path} className="lnk row tight">
                {SOURCE_WORDS[event.source]}
                {event.sourceRef !== '' && (
                  <span className="mono el">
                    <Text>{event.sourceRef}</Text>
                  </span>
                )}
                <IconArrowRight size={13} stroke={1.75} aria-hidden="true" />
              </Link>
            )}
          </dd>
          <dt>Recorded</dt>
          <dd className="mono">{rfc3339(event.createdAt, zone, 'second')}</dd>
        </dl>
        <div className="row">
          <ChoiceMenu
            label="Kind"
            value={event.kind}
            options={KIND_OPTIONS}
            onChange={(kind) => void change({ kind }, 'Kind changed')}
          />
          <span className="row tight wrap">
            <TagEditor tags={event.tags} onChange={(tags) => void change({ tags }, 'Tags changed')} />
          </span>
        </div>
        <MultiSelect
          label="Assets"
          placeholder={event.assetIds.length === 0 ? 'None' : ''}
          data={props.assets.map((asset) => ({ value: asset.id, label: asset.name }))}
          value={event.assetIds}
          searchable
          nothingFoundMessage="No such asset in this case. Add it under Assets."
          onChange={(assetIds) => void change({ assetIds }, 'Assets changed')}
        />
        <TagsInput
          label="ATT&CK techniques"
          placeholder={event.techniques.length === 0 ? 'T1566.001' : ''}
          value={event.techniques}
          onChange={(list) => {
            const techniques = list.map((id) => id.trim().toUpperCase());
            const wrong = techniques.find((id) => !isTechniqueId(id));
            if (wrong === undefined) void change({ techniques }, 'Techniques changed');
            else setError(new Error(`${wrong.slice(0, 20)} is no technique. They are written T1566 or T1566.001.`));
          }}
        />
        <EventObservables
          ids={event.observableIds}
          onChange={(observableIds) => void change({ observableIds }, 'Observables changed')}
        />
        <DescriptionEditor
          key={`description ${event.id} ${event.description}`}
          text={event.description}
          onChange={(description) => void change({ description }, 'Description changed')}
        />
      </div>
    </aside>
  );
}

function TitleEditor({ event, onChange }: { event: TimelineEvent; onChange(title: string): void }) {
  const [title, setTitle] = useState(event.title);
  const save = (): void => {
    if (title.trim() !== '' && title.trim() !== event.title) onChange(title.trim());
    else setTitle(event.title);
  };
  return (
    <Textarea
      aria-label="Title"
      autosize
      minRows={1}
      maxRows={5}
      maxLength={500}
      value={title}
      onChange={(changed) => setTitle(changed.target.value)}
      onBlur={save}
      onKeyDown={(pressed) => {
        if (pressed.key === 'Enter') {
          pressed.preventDefault();
          pressed.currentTarget.blur();
        }
        if (pressed.key === 'Escape') {
          pressed.preventDefault();
          pressed.stopPropagation();
          setTitle(event.title);
        }
      }}
    />
  );
}

function TimeEditor({ event, zone, onChange }: { event: TimelineEvent; zone: string; onChange(patch: Patch): void }) {
  const shown = editableTime(event);
  const [typed, setTyped] = useState<TypedTime>();
  const commit = (): void => {
    if (typed === undefined || typed.text.trim() === shown) {
      setTyped(undefined);
      return;
    }
    const reading = readTyped(typed, zone, Date.now());
    if (reading.state !== 'known') return;
    const { at, endAt, zone: given, precision, notes } = reading.time;
    onChange({ at, endAt, zone: given, precision, notes, given: typed.text.trim() });
    setTyped(undefined);
  };
  if (typed === undefined)
    return (
      <button
        type="button"
        className="time-shown mono"
        title="Edit the time"
        onClick={() => setTyped({ text: shown, choice: undefined })}
      >
        <span className="visually-hidden">Edit the time: </span>
        {shown}
      </button>
    );
  return (
    <TimeField
      label="When"
      typed={typed}
      zone={zone}
      onChange={setTyped}
      onCommit={commit}
      onCancel={() => setTyped(undefined)}
    />
  );
}

const MOST_SHOWN = 30;

function EventObservables({ ids, onChange }: { ids: readonly string[]; onChange(ids: string[]): void }) {
  const found = useQueries({ queries: ids.slice(0, MOST_SHOWN).map((id) => observableQuery(id)) });
  if (ids.length === 0) return null;
  return (
    <section aria-label="Observables">
      <h3 className="f12 b">Observables</h3>
      {ids.slice(0, MOST_SHOWN).map((id, index) => {
        const observable = found[index]?.data?.observable;
        return (
          <div className="row tight event-observable" key={id}>
            {observable ? (
              <Link href={`/observables/${id}`} className="row tight grow">
                <DataTypeMark dataType={observable.dataType} />
                <Value dataType={observable.dataType} value={observable.value} />
              </Link>
            ) : (
              <span className="t3 grow">In the trash</span>
            )}
            <Button
              kind="ghost"
              size="small"
              isIcon
              label="Take the observable off the event"
              onClick={() => onChange(ids.filter((each) => each !== id))}
            >
              <IconX size={13} stroke={1.75} />
            </Button>
          </div>
        );
      })}
      {ids.length > MOST_SHOWN && <Tag>{`+${ids.length - MOST_SHOWN}`}</Tag>}
    </section>
  );
}

/** Markdown; a click or Enter opens it, leaving the field keeps what was written. */
export function DescriptionEditor(props: { text: string; label?: string; onChange(text: string): void }) {
  const { text, label = 'Description', onChange } = props;
  const [draft, setDraft] = useState<string>();
  if (draft === undefined)
    return (
      <section aria-label={label}>
        <div className="row">
          <h3 className="f12 b">{label}</h3>
          <Button kind="ghost" size="small" onClick={() => setDraft(text)}>
            {text === '' ? 'Write' : 'Edit'}
          </Button>
        </div>
        {text !== '' && (
          <Suspense fallback={null}>
            <Markdown text={text} />
          </Suspense>
        )}
      </section>
    );
  return (
    <Textarea
      label={label}
      autosize
      minRows={4}
      maxRows={20}
      maxLength={100_000}
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- the user just asked to edit it
      autoFocus
      value={draft}
      onChange={(changed) => setDraft(changed.target.value)}
      onBlur={() => {
        setDraft(undefined);
        if (draft !== text) onChange(draft);
      }}
      onKeyDown={(pressed) => {
        if (pressed.key === 'Enter' && (pressed.ctrlKey || pressed.metaKey)) pressed.currentTarget.blur();
        if (pressed.key === 'Escape') {
          pressed.preventDefault();
          pressed.stopPropagation();
          setDraft(undefined);
        }
      }}
    />
  );
}
