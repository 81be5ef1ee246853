import { IconArrowRight, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import type { CaseTechnique, Tactic } from '../../../shared/contract/attack.ts';
import { defang } from '../../../shared/model/defang.ts';
import { wallText } from '../../../shared/model/time/write-time.ts';
import type { Input } from '../../api/client.ts';
import { useEngagement } from '../../state/engagement.ts';
import { undoable } from '../../state/undoable.ts';
import { ChoiceMenu } from '../../ui/chips.tsx';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { DescriptionEditor } from '../timeline/event-detail.tsx';
import { readTyped, TimeField, type TypedTime } from '../timeline/time-field.tsx';
import { momentWords } from '../timeline/words.ts';
import { useZone, zoneOf } from '../timeline/zone-store.ts';
import { casesWithQuery, techniqueQuery } from './queries.ts';
import { tacticWords } from './tactic-words.ts';

const Markdown = lazy(() => import('../../ui/markdown.tsx'));

type Patch = Input<'techniques.update'>['patch'];

/** The tactics of Enterprise ATT&CK by their short names, for a technique without imported data. */
const COMMON_TACTICS = [
  'reconnaissance',
  'resource-development',
  'initial-access',
  'execution',
  'persistence',
  'privilege-escalation',
  'defense-evasion',
  'credential-access',
  'discovery',
  'lateral-movement',
  'collection',
  'command-and-control',
  'exfiltration',
  'impact',
] as const;

/** One technique of the case: when, what was seen of it, and where else it was. */
export function TechniqueDetail(props: {
  technique: CaseTechnique;
  caseNumber: number;
  tactics: readonly Tactic[];
  onRemove(): void;
}) {
  const { technique, caseNumber } = props;
  const engagement = useEngagement();
  const { data: known } = useQuery(techniqueQuery(technique.technique));
  const { data: cases } = useQuery(casesWithQuery(technique.technique, engagement?.id));
  const [failed, setFailed] = useState<unknown>();
  const zone = zoneOf(useZone((state) => state.choice));
  const change = (patch: Patch, said: string): void =>
    void undoable(said, 'techniques.update', { id: technique.id, patch })
      .then(() => setFailed(undefined))
      .catch(setFailed);
  const others = (cases?.items ?? []).filter((each) => each.id !== technique.caseId);
  return (
    <aside className="asset-detail" aria-label="Technique">
      <div className="side-head">
        <span className="mono">{technique.technique}</span>
        <span className="right row tight">
          <Button kind="ghost" size="small" isIcon label="Take out of the case" keys="Delete" onClick={props.onRemove}>
            <IconTrash size={15} stroke={1.75} />
          </Button>
        </span>
      </div>
      <div className="scroll grow event-facts">
        {failed !== undefined && <ErrorNote error={failed} />}
        <h2>
          <Text>{technique.name === '' ? technique.technique : technique.name}</Text>
        </h2>
        {known?.isOld === true && <p className="f12 asked">MITRE has withdrawn it.</p>}
        <div className="row wrap tight">
          <ChoiceMenu
            label="Tactic"
            value={technique.tactic}
            options={tacticOptions(technique.tactic, props.tactics, known?.tactics ?? [])}
            onChange={(tactic) => change({ tactic }, 'Tactic changed')}
          />
        </div>
        <Occurred technique={technique} zone={zone} onChange={(occurredAt) => change({ occurredAt }, 'Time changed')} />
        <section aria-label="Events that name it">
          <h3 className="f12 b">Events</h3>
          {technique.events === 0 ? (
            <p className="f12 t3">No event names it yet: open an event and add {technique.technique} under ATT&CK.</p>
          ) : (
            <Link href={`/cases/${caseNumber}/timeline/technique:${technique.technique}`} className="lnk row tight">
              {plural(technique.events, 'event')}
              {technique.firstAt !== null && `, ${momentWords(technique.firstAt, zone)}`}
              {technique.lastAt !== null &&
                technique.lastAt !== technique.firstAt &&
                ` to ${momentWords(technique.lastAt, zone)}`}
              <IconArrowRight size={13} stroke={1.75} aria-hidden="true" />
            </Link>
          )}
        </section>
        <DescriptionEditor
          key={`description ${technique.description}`}
          text={technique.description}
          label="How it was done"
          onChange={(description) => change({ description }, 'Description changed')}
        />
        <section aria-label="Other cases">
          <h3 className="f12 b">Other cases of this engagement</h3>
          {others.length === 0 && <p className="f12 t3">None has it.</p>}
          {others.map((each) => (
            <Link
              key={each.id}
              href={`/cases/${each.number}/timeline/attack:${each.techniques[0] ?? technique.technique}`}
              className="row tight event-observable"
            >
              <span className="mono t3">#{each.number}</span>
              <span className="el grow">
                <Text>{each.title}</Text>
              </span>
              <span className="f12 t3 mono">{each.techniques.join(' ')}</span>
            </Link>
          ))}
        </section>
        {known && (
          <section aria-label="What ATT&CK says">
            <h3 className="f12 b">What ATT&CK says</h3>
            {known.platforms.length > 0 && (
              <p className="f12 t3">
                <Text>{known.platforms.join(', ')}</Text>
              </p>
            )}
            <Suspense fallback={null}>
              <Markdown text={known.description} />
            </Suspense>
            {known.url !== '' && (
              <p className="f12 t3 mono breaks">
                <Text>{defang('url', known.url)}</Text>
              </p>
            )}
          </section>
        )}
      </div>
    </aside>
  );
}

function tacticOptions(
  current: string,
  imported: readonly Tactic[],
  usual: readonly string[],
): { value: string; label: string }[] {
  const names = new Map(imported.map((each) => [each.shortName, each.name]));
  const all = imported.length > 0 ? imported.map((each) => each.shortName) : [...COMMON_TACTICS];
  const first = usual.length > 0 ? usual : all;
  const values = [...new Set(['', ...first, ...all, current])];
  return values.map((value) => ({
    value,
    label: value === '' ? 'No tactic' : (names.get(value) ?? tacticWords(value)),
  }));
}

function Occurred(props: { technique: CaseTechnique; zone: string; onChange(at: number | null): void }) {
  const { technique, zone } = props;
  const [typed, setTyped] = useState<TypedTime>();
  if (typed === undefined)
    return (
      <button
        type="button"
        className="lnk f12 state-since"
        onClick={() =>
          setTyped({
            text: technique.occurredAt === null ? '' : `${wallText(technique.occurredAt, zone, 'minute')} ${zone}`,
            choice: undefined,
          })
        }
      >
        {technique.occurredAt === null ? 'Say when it was used' : `Used ${momentWords(technique.occurredAt, zone)}`}
      </button>
    );
  return (
    <TimeField
      label="When it was used"
      typed={typed}
      zone={zone}
      isQuietEmpty
      onChange={setTyped}
      onCancel={() => setTyped(undefined)}
      onCommit={() => {
        const reading = readTyped(typed, zone, Date.now());
        if (typed.text.trim() === '') props.onChange(null);
        else if (reading.state === 'known') props.onChange(reading.time.at);
        else return;
        setTyped(undefined);
      }}
    />
  );
}
