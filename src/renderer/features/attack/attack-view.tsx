import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconTarget } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { type RefObject, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { CaseTechnique, Tactic } from '../../../shared/contract/attack.ts';
import { isTechniqueId } from '../../../shared/model/technique-id.ts';
import { undoable } from '../../state/undoable.ts';
import { Button, Empty, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Hint, Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Text } from '../../ui/text.tsx';
import { plainVisible } from '../../ui/visible-text.ts';
import { AttackPackPanel } from './import-pack.tsx';
import { caseTechniquesQuery, packQuery, searchQuery, tacticsQuery } from './queries.ts';
import { tacticWords } from './tactic-words.ts';
import { TechniqueDetail } from './technique-detail.tsx';
import './attack.css';

/** What was used against the client: only the tactics and techniques of this case, and a search to add more. */
export function AttackView({
  caseId,
  caseNumber,
  technique,
}: {
  caseId: string;
  caseNumber: number;
  technique: string | undefined;
}) {
  const { data, error, refetch } = useQuery(caseTechniquesQuery(caseId));
  const { data: tactics } = useQuery(tacticsQuery());
  const [chosenId, setChosenId] = useState<string>();
  const [failed, setFailed] = useState<unknown>();
  const [, navigate] = useLocation();
  const field = useRef<HTMLInputElement>(null);
  const groups = byTactic(data ?? [], tactics ?? []);
  const ordered = groups.flatMap((group) => group.items);
  const at = ordered.findIndex((each) =>
    chosenId === undefined ? each.technique === technique : each.id === chosenId,
  );
  const current = ordered[Math.max(0, at)];
  const step = (by: 1 | -1): void => {
    const next = ordered[Math.max(0, at) + by];
    if (next) setChosenId(next.id);
  };
  const remove = (row: CaseTechnique | undefined): void => {
    if (row) undoable(`${row.technique} taken out of the case`, 'techniques.remove', { id: row.id }).catch(setFailed);
  };
  useKeys([
    { keys: 'n', label: 'Add a technique', run: () => field.current?.focus() },
    { keys: '/', run: () => field.current?.focus() },
    { keys: 'j', run: () => step(1) },
    { keys: 'k', run: () => step(-1) },
    { keys: 'Delete', label: 'Take the technique out of the case', run: () => remove(current) },
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
    <div className="attack" data-detail={current !== undefined}>
      <section aria-label="Techniques" className="attack-main">
        <AddTechnique caseId={caseId} field={field} onAdded={setChosenId} />
        {failed !== undefined && (
          <div className="section">
            <ErrorNote error={failed} />
          </div>
        )}
        {data.length === 0 ? (
          <Empty
            icon={IconTarget}
            title="No technique yet"
            actions={
              <Button kind="primary" onClick={() => field.current?.focus()}>
                Add a technique <Kbd keys={['N']} />
              </Button>
            }
          >
            Say by which ATT&CK techniques it was done. One that an event names is put here by itself; each shows its
            events, and the other cases that have it.
          </Empty>
        ) : (
          <div className="scroll grow attack-matrix" role="list" aria-label="Tactics">
            {groups.map((group) => (
              <section key={group.tactic} role="listitem" className="attack-tactic" aria-label={group.name}>
                <h3 className="f12 b">
                  {group.name} <span className="t3">{group.items.length}</span>
                </h3>
                {group.items.map((each) => (
                  <button
                    type="button"
                    key={each.id}
                    className="attack-cell inset-focus"
                    aria-pressed={each.id === current?.id}
                    title={plainVisible(each.name)}
                    onClick={() => setChosenId(each.id)}
                  >
                    <span className="mono f12">{each.technique}</span>
                    {each.name !== '' && (
                      <span className="attack-name">
                        <Text>{each.name}</Text>
                      </span>
                    )}
                    <span className="f11 t3">{each.events === 0 ? 'no event' : plural(each.events, 'event')}</span>
                  </button>
                ))}
              </section>
            ))}
          </div>
        )}
        <AttackPackPanel />
        <div className="hints">
          <span>{plural(ordered.length, 'technique')}</span>
          <span className="right row loose">
            <Hint keys={['N']}>Add</Hint>
            <Hint keys={['J', 'K']}>Next, previous</Hint>
            <Hint keys={['Delete']}>Take out of the case</Hint>
          </span>
        </div>
      </section>
      {current && (
        <TechniqueDetail
          key={current.id}
          technique={current}
          caseNumber={caseNumber}
          tactics={tactics ?? []}
          onRemove={() => remove(current)}
        />
      )}
    </div>
  );
}

interface Group {
  tactic: string;
  name: string;
  items: CaseTechnique[];
}

/** In the order of the matrix; what nobody gave a tactic comes last. */
function byTactic(techniques: readonly CaseTechnique[], tactics: readonly Tactic[]): Group[] {
  const places = new Map(tactics.map((each) => [each.shortName, each]));
  const groups = Map.groupBy(techniques, (each) => each.tactic);
  return [...groups]
    .map(([tactic, items]) => ({
      tactic,
      name: places.get(tactic)?.name ?? (tactic === '' ? 'No tactic said' : tacticWords(tactic)),
      items,
    }))
    .sort((a, b) => placeOf(a.tactic, places) - placeOf(b.tactic, places) || a.tactic.localeCompare(b.tactic));
}

const placeOf = (tactic: string, places: ReadonlyMap<string, Tactic>): number =>
  places.get(tactic)?.position ?? (tactic === '' ? 1_000 : 500);

/** By id, or by words of the name where MITRE's data is imported. */
function AddTechnique({
  field,
  ...props
}: {
  caseId: string;
  field: RefObject<HTMLInputElement | null>;
  onAdded(id: string): void;
}) {
  const [text, setText] = useState('');
  const [cursor, setCursor] = useState(0);
  const [asked] = useDebouncedValue(text.trim(), 100);
  const { data: pack } = useQuery(packQuery());
  const { data: found } = useQuery({
    ...searchQuery(asked),
    enabled: asked.length > 1,
    placeholderData: keepPreviousData,
  });
  const shown = asked.length > 1 && text.trim() !== '' ? (found ?? []).slice(0, 8) : [];
  const add = useMutation({
    mutationFn: (technique: string) =>
      undoable(`${technique} added`, 'techniques.add', { caseId: props.caseId, technique }),
    onSuccess: ({ id }) => {
      setText('');
      setCursor(0);
      props.onAdded(id);
      field.current?.focus();
    },
  });
  const typed = text.trim().toUpperCase();
  const chosen = shown[Math.min(cursor, shown.length - 1)]?.id ?? (isTechniqueId(typed) ? typed : undefined);
  return (
    <form
      className="add-asset"
      aria-label="New technique"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen !== undefined && !add.isPending) add.mutate(chosen);
      }}
    >
      <div className="field grow">
        <input
          ref={field}
          aria-label="Technique"
          role="combobox"
          aria-expanded={shown.length > 0}
          aria-controls="attack-found"
          aria-autocomplete="list"
          placeholder={pack ? 'T1566.001, or words such as “spearphishing attachment”' : 'T1566.001'}
          value={text}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            setText(event.target.value);
            setCursor(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              event.preventDefault();
              if (text === '') event.currentTarget.blur();
              else setText('');
            }
            const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
            if (step === 0 || shown.length === 0) return;
            event.preventDefault();
            setCursor((cursor + step + shown.length) % shown.length);
          }}
        />
      </div>
      <Button
        type="submit"
        kind={chosen === undefined ? undefined : 'primary'}
        isDisabled={chosen === undefined || add.isPending}
      >
        <IconPlus size={14} stroke={1.75} aria-hidden="true" />
        Add <Kbd keys={['Enter']} />
      </Button>
      {text.trim() !== '' && pack === null && !isTechniqueId(typed) && (
        <span className="f12 t3 add-asset-others">
          Without MITRE’s data a technique is typed as its id: T1566, or T1566.001 for a sub-technique.
        </span>
      )}
      {shown.length > 0 && (
        <div className="add-asset-others attack-found" role="listbox" id="attack-found" aria-label="Techniques found">
          {shown.map((each, index) => (
            <button
              type="button"
              role="option"
              key={each.id}
              aria-selected={index === cursor}
              className="attack-hit"
              tabIndex={-1}
              onClick={() => add.mutate(each.id)}
            >
              <span className="mono f12">{each.id}</span>
              <span className="el">
                <Text>{each.name}</Text>
              </span>
              <span className="f12 t3 el">
                {each.isOld ? 'withdrawn by MITRE' : each.tactics.map((tactic) => tacticWords(tactic)).join(', ')}
              </span>
            </button>
          ))}
        </div>
      )}
      {add.error && <ErrorNote error={add.error} />}
    </form>
  );
}
