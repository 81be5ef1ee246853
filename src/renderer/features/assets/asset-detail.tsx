import { TextInput } from '@mantine/core';
import { IconArrowRight, IconPlus, IconUnlink, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { AssetState, CaseAsset, Identifier } from '../../../shared/contract/assets.ts';
import type { Input } from '../../api/client.ts';
import { undoable } from '../../state/undoable.ts';
import { ChoiceMenu, SeverityPicker } from '../../ui/chips.tsx';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count } from '../../ui/format.ts';
import { DataTypeMark } from '../../ui/icons.tsx';
import { Text } from '../../ui/text.tsx';
import { Value } from '../../ui/value.tsx';
import { DescriptionEditor } from '../timeline/event-detail.tsx';
import { indexQuery, rowsQuery } from '../timeline/queries.ts';
import { readTyped, TimeField, type TypedTime } from '../timeline/time-field.tsx';
import { clockWords, momentWords, shortDay } from '../timeline/words.ts';
import { wallText } from '../../../shared/model/time/write-time.ts';
import { assetQuery } from './queries.ts';
import {
  IDENTIFIER_OPTIONS,
  IDENTIFIER_WORDS,
  identifierType,
  KIND_OPTIONS,
  shownIdentifier,
  STATE_OPTIONS,
  STATE_WORDS,
} from './words.ts';

type Patch = Input<'assets.update'>['patch'];

const MOST_EVENTS = 100;

/** One asset: how it stands in this case, what it is known by, and what was seen of it. */
export function AssetDetail(props: {
  caseId: string;
  caseNumber: number;
  id: string;
  zone: string;
  onState(state: AssetState): void;
  onUnlink(): void;
}) {
  const { caseId, caseNumber, id, zone } = props;
  const { data, error } = useQuery(assetQuery(caseId, id));
  const [failed, setFailed] = useState<unknown>();
  const change = (patch: Patch, said: string): void =>
    void undoable(said, 'assets.update', { caseId, id, patch })
      .then(() => setFailed(undefined))
      .catch(setFailed);
  if (error)
    return (
      <aside className="asset-detail section" aria-label="Asset">
        <ErrorNote error={error} />
      </aside>
    );
  if (!data)
    return (
      <aside className="asset-detail" aria-label="Asset">
        <Skeleton />
      </aside>
    );
  const { asset } = data;
  return (
    <aside className="asset-detail" aria-label="Asset">
      <div className="side-head">
        Asset
        <span className="right row tight">
          <Button kind="ghost" size="small" isIcon label="Take out of the case" keys="Delete" onClick={props.onUnlink}>
            <IconUnlink size={15} stroke={1.75} />
          </Button>
        </span>
      </div>
      <div className="scroll grow event-facts">
        {failed !== undefined && <ErrorNote error={failed} />}
        <NameEditor key={`name ${asset.name}`} asset={asset} onChange={(name) => change({ name }, 'Asset renamed')} />
        <div className="row wrap tight">
          <ChoiceMenu
            label="Kind"
            value={asset.kind}
            options={KIND_OPTIONS}
            onChange={(kind) => change({ kind }, 'Kind changed')}
          />
          <ChoiceMenu label="State" value={asset.state} options={STATE_OPTIONS} onChange={props.onState} />
          <SeverityPicker
            value={asset.criticality}
            onChange={(criticality) => change({ criticality }, 'Criticality changed')}
          />
        </div>
        <StateTime asset={asset} zone={zone} onChange={(stateAt) => change({ stateAt }, 'Time of the state changed')} />
        <OwnerEditor
          key={`owner ${asset.owner}`}
          owner={asset.owner}
          onChange={(owner) => change({ owner }, 'Owner changed')}
        />
        <Identifiers
          list={asset.identifiers}
          onChange={(identifiers) => change({ identifiers }, 'Identifiers changed')}
        />
        <section aria-label="Observables of the asset">
          <h3 className="f12 b">
            Observables <span className="t3">{count(data.observables.length)}</span>
          </h3>
          {data.observables.length === 0 && (
            <p className="f12 t3">No observable of this case has one of its identifiers as its value.</p>
          )}
          {data.observables.slice(0, 50).map((each) => (
            <Link key={each.id} href={`/observables/${each.id}`} className="row tight event-observable">
              <DataTypeMark dataType={each.dataType} />
              <Value dataType={each.dataType} value={each.value} />
            </Link>
          ))}
        </section>
        <AssetEvents caseId={caseId} caseNumber={caseNumber} assetId={id} zone={zone} />
        {data.cases.length > 1 && (
          <section aria-label="Other cases">
            <h3 className="f12 b">Other cases</h3>
            {data.cases
              .filter((each) => each.id !== caseId)
              .map((each) => (
                <Link
                  key={each.id}
                  href={`/cases/${each.number}/timeline/assets:${id}`}
                  className="row tight event-observable"
                >
                  <span className="mono t3">#{each.number}</span>
                  <span className="el grow">
                    <Text>{each.title}</Text>
                  </span>
                  <span className="f12 t3">{STATE_WORDS[each.state]}</span>
                </Link>
              ))}
          </section>
        )}
        <DescriptionEditor
          key={`note ${asset.note}`}
          text={asset.note}
          label="Note"
          onChange={(note) => change({ note }, 'Note changed')}
        />
      </div>
    </aside>
  );
}

function NameEditor({ asset, onChange }: { asset: CaseAsset; onChange(name: string): void }) {
  const [name, setName] = useState(asset.name);
  return (
    <TextInput
      label="Name"
      value={name}
      maxLength={300}
      onChange={(event) => setName(event.target.value)}
      onBlur={() => (name.trim() !== '' && name.trim() !== asset.name ? onChange(name.trim()) : setName(asset.name))}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
    />
  );
}

function OwnerEditor({ owner, onChange }: { owner: string; onChange(owner: string): void }) {
  const [text, setText] = useState(owner);
  return (
    <TextInput
      label="Owner"
      placeholder="Who answers for it"
      value={text}
      maxLength={200}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => text.trim() !== owner && onChange(text.trim())}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
    />
  );
}

/** Since when it is in its state: set when the state is, and corrected here. */
function StateTime({ asset, zone, onChange }: { asset: CaseAsset; zone: string; onChange(at: number | null): void }) {
  const [typed, setTyped] = useState<TypedTime>();
  if (typed === undefined)
    return (
      <button
        type="button"
        className="lnk f12 state-since"
        onClick={() =>
          setTyped({
            text: asset.stateAt === null ? '' : `${wallText(asset.stateAt, zone, 'minute')} ${zone}`,
            choice: undefined,
          })
        }
      >
        {asset.stateAt === null
          ? `Say since when it is ${STATE_WORDS[asset.state].toLowerCase()}`
          : `${STATE_WORDS[asset.state]} since ${momentWords(asset.stateAt, zone)}`}
      </button>
    );
  return (
    <TimeField
      label="Since when"
      typed={typed}
      zone={zone}
      isQuietEmpty
      onChange={setTyped}
      onCancel={() => setTyped(undefined)}
      onCommit={() => {
        const reading = readTyped(typed, zone, Date.now());
        if (typed.text.trim() === '') onChange(null);
        else if (reading.state === 'known') onChange(reading.time.at);
        else return;
        setTyped(undefined);
      }}
    />
  );
}

function Identifiers({ list, onChange }: { list: readonly Identifier[]; onChange(list: Identifier[]): void }) {
  const [text, setText] = useState('');
  const [type, setType] = useState<Identifier['type']>();
  const value = text.trim();
  const chosen = type ?? identifierType(value);
  const add = (): void => {
    if (value === '') return;
    onChange([...list, { type: chosen, value }]);
    setText('');
    setType(undefined);
  };
  return (
    <section aria-label="Identifiers">
      <h3 className="f12 b">Known as</h3>
      {list.map((each, index) => (
        <div className="row tight event-observable" key={`${each.type} ${each.value}`}>
          <span className="f12 t3 identifier-type">{IDENTIFIER_WORDS[each.type]}</span>
          <span className="mono el grow">
            <Text>{shownIdentifier(each)}</Text>
          </span>
          <Button
            kind="ghost"
            size="small"
            isIcon
            label={`Remove ${each.value}`}
            onClick={() => onChange(list.filter((_, at) => at !== index))}
          >
            <IconX size={13} stroke={1.75} />
          </Button>
        </div>
      ))}
      <div className="row tight">
        <div className="field grow">
          <input
            aria-label="Another name or address"
            placeholder="Another name or address"
            className="mono"
            value={text}
            maxLength={500}
            spellCheck={false}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') add();
            }}
          />
        </div>
        {value !== '' && (
          <ChoiceMenu<Identifier['type']>
            label="Identifier"
            value={chosen}
            options={IDENTIFIER_OPTIONS}
            onChange={setType}
          />
        )}
        <Button size="small" isIcon label="Add the identifier" isDisabled={value === ''} onClick={add}>
          <IconPlus size={13} stroke={1.75} />
        </Button>
      </div>
    </section>
  );
}

function AssetEvents(props: { caseId: string; caseNumber: number; assetId: string; zone: string }) {
  const { data: index } = useQuery(indexQuery(props.caseId, { assetId: props.assetId }, 'event'));
  const ids = index?.ids.slice(0, MOST_EVENTS) ?? [];
  const { data: rows } = useQuery({ ...rowsQuery(props.caseId, ids), enabled: ids.length > 0 });
  return (
    <section aria-label="Events of the asset">
      <h3 className="f12 b">
        Events <span className="t3">{count(index?.ids.length ?? 0)}</span>
      </h3>
      {ids.length === 0 && <p className="f12 t3">No event names it yet: open one and add it under Assets.</p>}
      {ids.length > 0 &&
        rows?.map((event) => (
          <Link
            key={event.id}
            href={`/cases/${props.caseNumber}/timeline/${event.id}`}
            className="row tight event-observable"
          >
            <span className="mono t3 nowrap">
              {shortDay(event.at, props.zone)} {clockWords(event, props.zone)}
            </span>
            <span className="el grow">
              <Text>{event.title}</Text>
            </span>
            <IconArrowRight size={13} stroke={1.75} aria-hidden="true" />
          </Link>
        ))}
    </section>
  );
}
