import { useMutation } from '@tanstack/react-query';
import { type RefObject, useEffect, useState } from 'react';
import { EVENT_KIND_WORDS, EVENT_KINDS, type EventKind } from '../../../shared/model/event-kind.ts';
import { type TimelineRequest, timelineRequest } from '../../state/timeline-request.ts';
import { undoable } from '../../state/undoable.ts';
import { ChoiceMenu } from '../../ui/chips.tsx';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { useNow } from '../../ui/use-now.ts';
import { readTyped, TimeField, type TypedTime } from './time-field.tsx';
import { zoneWords } from './words.ts';

export const KIND_OPTIONS = EVENT_KINDS.map((value) => ({ value, label: EVENT_KIND_WORDS[value] }));

const requestFor = (caseId: string): TimelineRequest | undefined => {
  const { request } = timelineRequest.getState();
  return request?.caseId === caseId ? request : undefined;
};

const EMPTY: TypedTime = { text: '', choice: undefined };

/** One line for the next event: time, Tab, what happened, Enter. */
export function AddEvent({
  field,
  ...props
}: {
  caseId: string;
  zone: string;
  assetId: string | undefined;
  field: RefObject<HTMLInputElement | null>;
  onAdded(id: string): void;
}) {
  const now = useNow();
  // What was chosen in a note waits here for its last word; taken once.
  const [asked, setAsked] = useState(() => requestFor(props.caseId));
  const [typed, setTyped] = useState<TypedTime>(asked ? { text: asked.given, choice: undefined } : EMPTY);
  const [title, setTitle] = useState(asked?.title ?? '');
  useEffect(() => {
    if (!asked) return;
    timelineRequest.getState().take();
    field.current?.focus();
  }, [asked, field]);
  const [kind, setKind] = useState<EventKind>('other');
  const add = useMutation({
    mutationFn: (input: Parameters<typeof undoable<'timeline.add'>>[2]) =>
      undoable('Event added', 'timeline.add', input),
    onSuccess: ({ id }) => {
      setTitle('');
      setTyped(EMPTY);
      setAsked(undefined);
      props.onAdded(id);
      field.current?.focus();
    },
  });
  const reading = readTyped(typed, props.zone, now);
  const isReady = reading.state === 'known' && title.trim() !== '';
  const submit = (): void => {
    if (reading.state !== 'known' || title.trim() === '' || add.isPending) return;
    const { at, endAt, zone, precision, notes } = reading.time;
    add.mutate({
      caseId: props.caseId,
      title: title.trim(),
      kind,
      at,
      endAt,
      zone,
      precision,
      notes,
      given: typed.text.trim(),
      assetIds: props.assetId === undefined ? [] : [props.assetId],
      ...(asked && { source: 'note', sourceId: asked.noteId }),
    });
  };
  const leave = (): void => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  };
  return (
    <form
      className="add-event"
      aria-label="New event"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TimeField
        label="When"
        typed={typed}
        zone={props.zone}
        field={field}
        isQuietEmpty
        onChange={setTyped}
        onCommit={submit}
        onCancel={leave}
      />
      <div className="field grow">
        <input
          aria-label="What happened"
          placeholder="What happened"
          value={title}
          maxLength={500}
          onChange={(event) => setTitle(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.preventDefault();
            leave();
          }}
        />
      </div>
      <ChoiceMenu<EventKind> label="Kind" value={kind} options={KIND_OPTIONS} onChange={setKind} />
      <Button type="submit" kind={isReady ? 'primary' : undefined} isDisabled={!isReady || add.isPending}>
        Add <Kbd keys={['Enter']} />
      </Button>
      {typed.text === '' && (
        <span className="f12 t3 add-hint">
          RFC 3339, mail headers, Unix time, FILETIME, “20 Nov 2026 2 pm CET”, “A .. B”. Without a zone it is read in{' '}
          {zoneWords(props.zone, now)}.
        </span>
      )}
      {add.error && <ErrorNote error={add.error} />}
    </form>
  );
}
