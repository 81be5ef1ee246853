import { Modal } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Proposal } from '../../../shared/contract/timeline.ts';
import { wallText } from '../../../shared/model/time/write-time.ts';
import { undoable } from '../../state/undoable.ts';
import { Button, Check, FilterChip, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Hint } from '../../ui/kbd.tsx';
import { Text } from '../../ui/text.tsx';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { plainVisible } from '../../ui/visible-text.ts';
import { harvestQuery } from './queries.ts';
import { ZonePicker } from './zone-toggle.tsx';
import { SOURCE_WORDS, zoneWords } from './words.ts';

const COLUMNS = '14px minmax(160px, 190px) minmax(200px, 1fr) minmax(120px, 190px)';

/** Times that the case holds already, to be made events of: by keys, some or all. */
export function HarvestDialog(props: { caseId: string; zone: string; isOpen: boolean; onClose(): void }) {
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title="Times found in this case" size={1040}>
      <Harvest {...props} />
    </Modal>
  );
}

const isTakable = (each: Proposal, choices: ReadonlyMap<string, number>): boolean =>
  each.knownAs === null && (each.at !== null || choices.has(each.key));

function Harvest({ caseId, zone, onClose }: { caseId: string; zone: string; onClose(): void }) {
  const [assumed, setAssumed] = useState<string>();
  const [showsKnown, setShowsKnown] = useState(false);
  const [cursor, setCursor] = useState(0);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [choices, setChoices] = useState<ReadonlyMap<string, number>>(new Map());
  const { data, error, isFetching } = useQuery({ ...harvestQuery(caseId, assumed), placeholderData: keepPreviousData });
  const accept = useMutation({
    mutationFn: (items: { key: string; choice?: number }[]) =>
      undoable(
        ({ added, alreadyThere }) =>
          `${plural(added.length, 'event')} added${alreadyThere > 0 ? `, ${count(alreadyThere)} were there` : ''}`,
        'timeline.accept',
        { caseId, items, ...(assumed === undefined ? {} : { zone: assumed }) },
      ),
    onSuccess: ({ refused }) => {
      if (refused.length === 0) onClose();
    },
  });
  if (error) return <ErrorNote error={error} />;
  if (!data) return <Skeleton lines={5} />;
  const rows = showsKnown ? data.proposals : data.proposals.filter((each) => each.knownAs === null);
  const known = data.proposals.length - data.proposals.filter((each) => each.knownAs === null).length;
  const asked = rows.filter((each) => each.at === null).length;
  const takable = rows.filter((each) => isTakable(each, choices));
  const taken = takable.filter((each) => chosen.has(each.key));
  const at = Math.min(cursor, rows.length - 1);
  const current = rows[at];
  const toggle = (each: Proposal | undefined): void => {
    if (!each || !isTakable(each, choices)) return;
    const next = new Set(chosen);
    if (!next.delete(each.key)) next.add(each.key);
    setChosen(next);
  };
  const choose = (key: string, choice: number): void => {
    setChoices(new Map(choices).set(key, choice));
    setChosen(new Set(chosen).add(key));
  };
  const take = (list: readonly Proposal[]): void => {
    if (list.length === 0 || accept.isPending) return;
    accept.mutate(
      list.map(({ key }) => {
        const choice = choices.get(key);
        return choice === undefined ? { key } : { key, choice };
      }),
    );
  };
  return (
    <div
      className="harvest"
      role="presentation"
      onKeyDown={(event) => {
        if (event.target instanceof HTMLInputElement) return;
        const act: Record<string, () => void> = {
          j: () => setCursor(stepCursor(rows, at, 1)),
          ArrowDown: () => setCursor(stepCursor(rows, at, 1)),
          k: () => setCursor(stepCursor(rows, at, -1)),
          ArrowUp: () => setCursor(stepCursor(rows, at, -1)),
          x: () => toggle(current),
          a: () => setChosen(taken.length === takable.length ? new Set() : new Set(takable.map(({ key }) => key))),
        };
        if (event.ctrlKey || event.metaKey) {
          if (event.key === 'Enter') take(taken);
          return;
        }
        const picked = current?.choices[Number(event.key) - 1];
        const run = picked && current ? () => choose(current.key, Number(event.key) - 1) : act[event.key];
        if (!run) return;
        event.preventDefault();
        event.stopPropagation();
        run();
      }}
    >
      <div className="row wrap harvest-head">
        <span className="f12 t2">
          {plural(rows.length, 'time')} in notes, observables, mail headers, files and reports. Nothing is stored until
          you take it.
        </span>
        {known > 0 && (
          <FilterChip
            label="Already taken"
            count={known}
            isOn={showsKnown}
            onToggle={() => setShowsKnown(!showsKnown)}
          />
        )}
      </div>
      {(asked > 0 || assumed !== undefined) && (
        <div className="row harvest-zone">
          <span className="f12 t2 grow">
            {assumed === undefined
              ? `${plural(asked, 'time')} can be read in more than one way; those without a zone can be answered together:`
              : `Times that say no zone are read in ${assumed}.`}
          </span>
          {assumed === undefined ? (
            <>
              <Button size="small" onClick={() => setAssumed(zone)}>
                Read them in {zone}
              </Button>
              <ZonePicker onPick={setAssumed} />
            </>
          ) : (
            <Button size="small" onClick={() => setAssumed(undefined)}>
              Ask again
            </Button>
          )}
        </div>
      )}
      {rows.length === 0 ? (
        <p className="t2 f12 harvest-none">
          {known > 0 ? 'Everything that was found is on the timeline.' : 'No time was found in this case.'} Write times
          into notes (“2026-11-20 14:03 UTC”), mark observables as sighted, or run Email and FileInfo on files.
        </p>
      ) : (
        <div className="harvest-list">
          <VirtualGrid
            label="Times found"
            rows={rows}
            rowKey={(row) => row.key}
            rowHeight={() => 30}
            columns={COLUMNS}
            head={
              <>
                <span role="columnheader">
                  <span className="visually-hidden">Selected</span>
                </span>
                <span role="columnheader">Happened</span>
                <span role="columnheader">Event</span>
                <span role="columnheader">Found in</span>
              </>
            }
            cursor={at}
            onCursor={setCursor}
            onOpen={(index) => toggle(rows[index])}
            isSelected={(row) => chosen.has(row.key)}
            rowClass={(row) => (row.knownAs === null ? '' : 'dim')}
            renderRow={(row) => (
              <>
                <span role="gridcell">
                  <Check
                    label={`Take ${row.title}`}
                    state={chosen.has(row.key) ? 'on' : 'off'}
                    isDisabled={!isTakable(row, choices)}
                    onToggle={() => toggle(row)}
                    isInGrid
                  />
                </span>
                <span role="gridcell" className="mono el" title={row.notes.join(' ')}>
                  {row.at === null ? (
                    <Asked row={row} choice={choices.get(row.key)} />
                  ) : (
                    wallText(row.at, zone, row.precision)
                  )}
                </span>
                <span role="gridcell" className="row tight">
                  <span className="el m" title={plainVisible(row.title)}>
                    <Text>{row.title}</Text>
                  </span>
                  {row.knownAs !== null && <span className="f12 t3 nowrap">taken</span>}
                  {row.sameInstant !== null && (
                    <span className="f12 t3 nowrap" title={plainVisible(row.sameInstant.title)}>
                      same instant as another event
                    </span>
                  )}
                </span>
                <span role="gridcell" className="el f12 t3" title={plainVisible(row.sourceLabel)}>
                  {SOURCE_WORDS[row.source]}: <Text>{row.sourceLabel}</Text>
                </span>
              </>
            )}
          />
        </div>
      )}
      {current && <Current row={current} choice={choices.get(current.key)} onChoose={(n) => choose(current.key, n)} />}
      {(data.isCut || data.skipped.length > 0) && (
        <p className="f12 t3 breaks">
          {data.isCut && 'Only the first 5,000 times are shown. '}
          Not looked at: <Text>{data.skipped.length === 0 ? 'nothing else.' : data.skipped.join(' ')}</Text>
        </p>
      )}
      {accept.error && <ErrorNote error={accept.error} />}
      {accept.data && accept.data.refused.length > 0 && (
        <p className="f12 field-error">{accept.data.refused[0]?.reason ?? 'Some were not taken.'}</p>
      )}
      <div className="dialog-actions">
        <span className="row loose grow">
          <Hint keys={['X']}>Take</Hint>
          <Hint keys={['A']}>All</Hint>
          <Hint keys={['1…8']}>Answer</Hint>
        </span>
        <Button onClick={onClose}>Close</Button>
        <Button isDisabled={takable.length === 0 || accept.isPending || isFetching} onClick={() => take(takable)}>
          Take all {count(takable.length)}
        </Button>
        <Button
          kind="primary"
          keys="Control+Enter"
          isDisabled={taken.length === 0 || accept.isPending || isFetching}
          onClick={() => take(taken)}
        >
          Take {count(taken.length)}
        </Button>
      </div>
    </div>
  );
}

const Asked = ({ row, choice }: { row: Proposal; choice: number | undefined }) => (
  <>
    {row.given} <span className="asked">{choice === undefined ? 'which?' : `answer ${choice + 1}`}</span>
  </>
);

/** What is known of the row under the cursor, and its question. */
function Current(props: { row: Proposal; choice: number | undefined; onChoose(choice: number): void }) {
  const { row } = props;
  return (
    <div className="harvest-current f12" aria-live="polite">
      {row.given !== '' && (
        <span className="t2">
          Written{' '}
          <span className="mono">
            <Text>{row.given}</Text>
          </span>
          {row.at !== null && <>, read in {zoneWords(row.zone, row.at)}</>}.{' '}
        </span>
      )}
      {row.sourceRef !== '' && (
        <span className="t3">
          <Text>{row.sourceRef}</Text>.{' '}
        </span>
      )}
      <span className="t3">
        <Text>{row.notes.join(' ')}</Text>
      </span>
      {row.choices.length > 0 && (
        <div className="time-choices" role="radiogroup" aria-label={row.question}>
          <span>{row.question}</span>
          {row.choices.map((choice, index) => (
            <label key={choice.label}>
              <input
                type="radio"
                name={row.key}
                checked={props.choice === index}
                onChange={() => props.onChoose(index)}
              />
              <span className="t3">{index + 1}</span> {choice.label}
            </label>
          ))}
        </div>
      )}
    </div>
  );
}
