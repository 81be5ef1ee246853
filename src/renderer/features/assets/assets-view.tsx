import { IconLink, IconPlus, IconServer2 } from '@tabler/icons-react';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type RefObject, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { AssetKind, AssetState, CaseAsset } from '../../../shared/contract/assets.ts';
import { undoable } from '../../state/undoable.ts';
import { ChoiceMenu } from '../../ui/chips.tsx';
import { Button, Empty, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Hint, Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Text } from '../../ui/text.tsx';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { assetsQuery } from '../timeline/queries.ts';
import { momentWords } from '../timeline/words.ts';
import { useZone, zoneOf } from '../timeline/zone-store.ts';
import { AssetDetail } from './asset-detail.tsx';
import { otherAssetsQuery } from './queries.ts';
import { identifierType, KIND_OPTIONS, KIND_WORDS, kindOf, shownIdentifier, STATE_WORDS } from './words.ts';
import './assets.css';

const COLUMNS = 'minmax(150px, 1.2fr) 112px 120px 90px minmax(120px, 1fr) 76px 92px 84px';

/** The machines, accounts and mailboxes that a case is about, and how each stands. */
export function AssetsView({
  caseId,
  caseNumber,
  assetId,
}: {
  caseId: string;
  caseNumber: number;
  assetId: string | undefined;
}) {
  const { data, error, refetch } = useQuery(assetsQuery(caseId));
  const [, navigate] = useLocation();
  const [failed, setFailed] = useState<unknown>();
  const name = useRef<HTMLInputElement>(null);
  const zone = zoneOf(useZone((state) => state.choice));
  const base = `/cases/${caseNumber}/timeline/assets`;
  const rows = data ?? [];
  const found = rows.findIndex((row) => row.id === assetId);
  const [cursorAt, setCursorAt] = useState(0);
  const at = found >= 0 ? found : Math.min(cursorAt, rows.length - 1);
  const current = rows[at];
  const open = (index: number): void => {
    setCursorAt(index);
    const row = rows[index];
    if (row) navigate(`${base}:${row.id}`, { replace: true });
  };
  const say = (work: Promise<unknown>): void => void work.catch(setFailed);
  const setState = (row: CaseAsset | undefined, state: AssetState): void => {
    if (!row || row.state === state) return;
    say(
      undoable(`${row.name} is ${STATE_WORDS[state].toLowerCase()}`, 'assets.update', {
        caseId,
        id: row.id,
        patch: { state },
      }),
    );
  };
  const unlink = (row: CaseAsset | undefined): void => {
    if (row) say(undoable(`${row.name} taken out of the case`, 'assets.unlink', { caseId, id: row.id }));
  };
  useKeys([
    { keys: 'j', run: () => open(stepCursor(rows, at, 1)) },
    { keys: 'k', run: () => open(stepCursor(rows, at, -1)) },
    { keys: 'ArrowDown', run: () => open(stepCursor(rows, at, 1)) },
    { keys: 'ArrowUp', run: () => open(stepCursor(rows, at, -1)) },
    { keys: 'n', label: 'Add an asset', run: () => name.current?.focus() },
    { keys: 's', label: 'Suspected', run: () => setState(current, 'suspected') },
    { keys: 'c', label: 'Compromised', run: () => setState(current, 'compromised') },
    { keys: 'Delete', label: 'Take the asset out of the case', run: () => unlink(current) },
    { keys: 'Escape', run: () => navigate(`/cases/${caseNumber}/timeline`) },
  ]);
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!data) return <Skeleton lines={4} />;
  return (
    <div className="assets" data-detail={current !== undefined}>
      <section aria-label="Assets" className="assets-main">
        <AddAsset caseId={caseId} field={name} onAdded={(id) => navigate(`${base}:${id}`, { replace: true })} />
        {failed !== undefined && (
          <div className="section">
            <ErrorNote error={failed} />
          </div>
        )}
        {rows.length === 0 ? (
          <Empty
            icon={IconServer2}
            title="No asset yet"
            actions={
              <Button kind="primary" onClick={() => name.current?.focus()}>
                Add an asset <Kbd keys={['N']} />
              </Button>
            }
          >
            The client’s machines, accounts and mailboxes. Give one its names and addresses: observables with the same
            value are shown with it, and events that are taken from them name it.
          </Empty>
        ) : (
          <VirtualGrid
            label="Assets"
            rows={rows}
            rowKey={(row) => row.id}
            rowHeight={() => 30}
            columns={COLUMNS}
            head={
              <>
                <span role="columnheader">Name</span>
                <span role="columnheader">Kind</span>
                <span role="columnheader">State</span>
                <span role="columnheader">Since</span>
                <span role="columnheader">Known as</span>
                <span role="columnheader" className="num">
                  Events
                </span>
                <span role="columnheader" className="num">
                  Observables
                </span>
                <span role="columnheader" className="num">
                  Elsewhere
                </span>
              </>
            }
            cursor={at}
            onCursor={open}
            renderRow={(row) => (
              <>
                <span role="gridcell" className="el m">
                  <Text>{row.name}</Text>
                </span>
                <span role="gridcell" className="el f12 t2">
                  {KIND_WORDS[row.kind]}
                </span>
                <span role="gridcell">
                  <StateMark state={row.state} />
                </span>
                <span role="gridcell" className="el f12 t3">
                  {row.stateAt === null ? '' : momentWords(row.stateAt, zone)}
                </span>
                <span role="gridcell" className="el f12 mono t2">
                  <Text>{row.identifiers.map(shownIdentifier).join(', ')}</Text>
                </span>
                <span role="gridcell" className="num">
                  {count(row.events)}
                </span>
                <span role="gridcell" className="num">
                  {count(row.observables)}
                </span>
                <span role="gridcell" className="num f12 t3">
                  {row.otherCases === 0 ? '' : `${row.otherCases} more`}
                </span>
              </>
            )}
          />
        )}
        <div className="hints">
          <span>{plural(rows.length, 'asset')}</span>
          <span className="right row loose">
            <Hint keys={['N']}>Add</Hint>
            <Hint keys={['S']}>Suspected</Hint>
            <Hint keys={['C']}>Compromised</Hint>
            <Hint keys={['Delete']}>Take out of the case</Hint>
          </span>
        </div>
      </section>
      {current && (
        <AssetDetail
          key={current.id}
          caseId={caseId}
          caseNumber={caseNumber}
          id={current.id}
          zone={zone}
          onState={(state) => setState(current, state)}
          onUnlink={() => unlink(current)}
        />
      )}
    </div>
  );
}

/** A state with a mark of its own, so that colour is not the only sign. */
export function StateMark({ state }: { state: AssetState }) {
  return (
    <span className="asset-state f12" data-state={state}>
      {STATE_WORDS[state]}
    </span>
  );
}

/** A new one by its name, or one that another case of the engagement knows. */
function AddAsset({
  field,
  ...props
}: {
  caseId: string;
  field: RefObject<HTMLInputElement | null>;
  onAdded(id: string): void;
}) {
  const { caseId } = props;
  const [text, setText] = useState('');
  const [chosenKind, setKind] = useState<AssetKind>();
  // Shown before it is added; what somebody chose stays.
  const kind = chosenKind ?? kindOf(text.trim());
  const [asked] = useDebouncedValue(text.trim(), 150);
  const others = useQuery({ ...otherAssetsQuery(caseId, asked), enabled: asked.length > 0 });
  const done = ({ id }: { id: string }): void => {
    setText('');
    props.onAdded(id);
    field.current?.focus();
  };
  const create = useMutation({
    mutationFn: (value: string) =>
      undoable('Asset added', 'assets.create', {
        caseId,
        name: value,
        kind,
        // Its name is what it is known by, until more is said.
        identifiers: [{ type: kind === 'account' ? 'account' : identifierType(value), value }],
      }),
    onSuccess: done,
  });
  const link = useMutation({
    mutationFn: (id: string) => undoable('Asset put into the case', 'assets.link', { caseId, id }),
    onSuccess: done,
  });
  return (
    <form
      className="add-asset"
      aria-label="New asset"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '' && !create.isPending) create.mutate(text.trim());
      }}
    >
      <div className="field grow">
        <input
          ref={field}
          aria-label="Name of the asset"
          placeholder="Host name, account or mailbox"
          value={text}
          maxLength={300}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.preventDefault();
            event.currentTarget.blur();
          }}
        />
      </div>
      <ChoiceMenu<AssetKind> label="Kind" value={kind} options={KIND_OPTIONS} onChange={setKind} />
      <Button
        type="submit"
        kind={text.trim() === '' ? undefined : 'primary'}
        isDisabled={text.trim() === '' || create.isPending}
      >
        <IconPlus size={14} stroke={1.75} aria-hidden="true" />
        Add <Kbd keys={['Enter']} />
      </Button>
      {asked !== '' && (others.data?.length ?? 0) > 0 && (
        <div className="row wrap add-asset-others f12">
          <span className="t3">Known in this engagement:</span>
          {others.data?.slice(0, 6).map((other) => (
            <Button key={other.id} size="small" onClick={() => link.mutate(other.id)}>
              <IconLink size={13} stroke={1.75} aria-hidden="true" />
              <Text>{other.name}</Text>
            </Button>
          ))}
        </div>
      )}
      {(create.error ?? link.error) && <ErrorNote error={create.error ?? link.error} />}
    </form>
  );
}
