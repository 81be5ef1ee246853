import { ColorInput, Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPalette, IconPencil, IconTag, IconTrash } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { TagInfo } from '../../../shared/contract/tags.ts';
import { normaliseTag, readColour } from '../../../shared/model/tag.ts';
import { undoable } from '../../state/undoable.ts';
import { Tag } from '../../ui/chips.tsx';
import { Button, Check, Empty, FilterField, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { TagSwatch } from '../../ui/tag-swatch.tsx';
import { Text } from '../../ui/text.tsx';
import { tagsQuery } from './queries.ts';
import './tags.css';

type Action = 'colour' | 'rename' | 'delete';

/** Settings: every tag of the workspace, with what can be done to it everywhere at once. */
export function TagsPage() {
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 120);
  const query = useInfiniteQuery({ ...tagsQuery(asked), placeholderData: keepPreviousData });
  const tags = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [action, setAction] = useState<{ what: Action; names: string[] }>();
  const picked = tags.filter(({ name }) => chosen.has(name)).map(({ name }) => name);
  const toggle = (name: string): void => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    setChosen(next);
  };
  const done = (): void => {
    setAction(undefined);
    setChosen(new Set());
  };
  return (
    <>
      <div className="settings-head">
        <h2>Tags</h2>
        <span className="f12 t3 grow">Of cases, observables and alerts, in the whole workspace.</span>
      </div>
      {query.error && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
      <div className="tags-bar">
        {picked.length === 0 ? (
          <FilterField label="Filter tags" value={text} onChange={setText} />
        ) : (
          <>
            <span className="m">{plural(picked.length, 'tag')}</span>
            <Button size="small" onClick={() => setAction({ what: 'rename', names: picked })}>
              {picked.length === 1 ? 'Rename…' : 'Make them one…'}
            </Button>
            <Button size="small" onClick={() => setAction({ what: 'colour', names: picked })}>
              Colour…
            </Button>
            <Button size="small" onClick={() => setAction({ what: 'delete', names: picked })}>
              Delete…
            </Button>
            <span className="right" />
            <Button size="small" kind="ghost" onClick={() => setChosen(new Set())}>
              Clear
            </Button>
          </>
        )}
      </div>
      {query.isPending && <Skeleton />}
      {query.data && tags.length === 0 && (
        <Empty icon={IconTag} title={asked === '' ? 'No tags yet' : 'No tag matches'}>
          {asked === ''
            ? 'Tag a case or an observable: the tag is then here, and is offered where you type the next one.'
            : 'Nothing in this workspace carries such a tag.'}
        </Empty>
      )}
      <ul className="settings-rows" aria-label="Tags">
        {tags.map((tag) => (
          <TagRow
            key={tag.name}
            tag={tag}
            isChosen={chosen.has(tag.name)}
            onToggle={() => toggle(tag.name)}
            onAct={(what) => setAction({ what, names: [tag.name] })}
          />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button isDisabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      )}
      <Modal
        opened={action !== undefined}
        onClose={() => setAction(undefined)}
        title={action && TITLES[action.what](action.names)}
        size="sm"
      >
        {action && (
          <ActForm
            {...action}
            colour={tags.find(({ name }) => name === action.names[0])?.colour ?? null}
            onDone={done}
            onClose={() => setAction(undefined)}
          />
        )}
      </Modal>
    </>
  );
}

const TITLES: Readonly<Record<Action, (names: readonly string[]) => string>> = {
  colour: () => 'Colour',
  rename: (names) => (names.length === 1 ? 'Rename everywhere' : `Make ${names.length} tags one`),
  delete: (names) => (names.length === 1 ? 'Delete everywhere' : `Delete ${names.length} tags everywhere`),
};

function TagRow(props: { tag: TagInfo; isChosen: boolean; onToggle(): void; onAct(what: Action): void }) {
  const { tag } = props;
  const uses = [
    tag.cases > 0 && plural(tag.cases, 'case'),
    tag.observables > 0 && plural(tag.observables, 'observable'),
    tag.alerts > 0 && plural(tag.alerts, 'alert'),
  ].filter(Boolean);
  return (
    <li>
      <Check label={`Select ${tag.name}`} state={props.isChosen ? 'on' : 'off'} onToggle={props.onToggle} />
      <span className="grow row">
        <TagSwatch colour={tag.colour} />
        <span className="breaks">
          <Text>{tag.name}</Text>
        </span>
        {tag.taxonomy !== null && (
          <span className="f12 t3">
            from <Text>{tag.taxonomy}</Text>
          </span>
        )}
      </span>
      <span className="f12 t3">{uses.length === 0 ? 'Not used' : uses.join(', ')}</span>
      <Button kind="ghost" size="small" isIcon label={`Colour of ${tag.name}`} onClick={() => props.onAct('colour')}>
        <IconPalette size={14} stroke={1.75} />
      </Button>
      <Button kind="ghost" size="small" isIcon label={`Rename ${tag.name}`} onClick={() => props.onAct('rename')}>
        <IconPencil size={14} stroke={1.75} />
      </Button>
      <Button kind="ghost" size="small" isIcon label={`Delete ${tag.name}`} onClick={() => props.onAct('delete')}>
        <IconTrash size={14} stroke={1.75} />
      </Button>
    </li>
  );
}

const PALETTE = ['#ce3330', '#d9822b', '#c7a008', '#23834d', '#1f8a9e', '#3654d9', '#7c4dd6', '#c2409b', '#5c646f'];

function ActForm(props: { what: Action; names: string[]; colour: string | null; onDone(): void; onClose(): void }) {
  const { what, names } = props;
  const [to, setTo] = useState(names.length === 1 ? (names[0] ?? '') : '');
  const [colour, setColour] = useState(props.colour ?? PALETTE[5] ?? '');
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const which = names.length === 1 ? (names[0] ?? '') : plural(names.length, 'tag');
  const run = (job: Promise<unknown>): void => {
    setBusy(true);
    setError(undefined);
    job.then(props.onDone, setError).finally(() => setBusy(false));
  };
  const shade = readColour(colour);
  const target = normaliseTag(to);
  const submit = (): void => {
    if (what === 'colour' && shade !== undefined)
      run(undoable(`${which} coloured`, 'tags.colour', { names, colour: shade }));
    if (what === 'rename')
      run(undoable(({ changed }) => `Renamed on ${plural(changed, 'thing')}`, 'tags.rename', { names, to: target }));
    if (what === 'delete')
      run(undoable(({ changed }) => `Taken off ${plural(changed, 'thing')}`, 'tags.remove', { names }));
  };
  const isReady =
    what === 'colour'
      ? shade !== undefined
      : what === 'delete' || (target !== '' && !(names.length === 1 && target === names[0]));
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !isBusy) submit();
      }}
    >
      {what === 'colour' && (
        <>
          <ColorInput
            label="Colour"
            format="hex"
            swatches={PALETTE}
            value={colour}
            onChange={setColour}
            popoverProps={{ withinPortal: false }}
          />
          {shade !== undefined && (
            <p className="row tight f12 t2">
              <TagSwatch colour={shade} /> as it is drawn: lighter or darker where the theme asks for it.
            </p>
          )}
        </>
      )}
      {what === 'rename' && (
        <>
          <TextInput
            label={names.length === 1 ? 'New name' : 'One name for all'}
            data-autofocus
            maxLength={200}
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
          {target !== to.trim() && target !== '' && (
            <p className="help">
              Written as <span className="mono">{target}</span>
            </p>
          )}
        </>
      )}
      {what !== 'colour' && (
        <p className="t2 f12">
          {names.slice(0, 6).map((name) => (
            <Tag key={name}>{name}</Tag>
          ))}
          {names.length > 6 && ` and ${count(names.length - 6)} more`}: on every case, observable, alert and template
          that has
          {names.length === 1 ? ' it' : ' them'}. One undo brings it back.
        </p>
      )}
      {Boolean(error) && <ErrorNote error={error} />}
      <div className="dialog-actions">
        {what === 'colour' && props.colour !== null && (
          <Button onClick={() => run(undoable(`${which} without a colour`, 'tags.colour', { names, colour: null }))}>
            No colour
          </Button>
        )}
        <Button onClick={props.onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={!isReady || isBusy}>
          {what === 'colour'
            ? 'Set colour'
            : what === 'rename'
              ? names.length === 1
                ? 'Rename'
                : 'Make them one'
              : 'Delete'}
        </Button>
      </div>
    </form>
  );
}
