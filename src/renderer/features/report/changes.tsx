import { Menu } from '@mantine/core';
import { IconArrowRight, IconChevronDown, IconMinus, IconPencil, IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { HistoryRun, ShownChange } from '../../../shared/contract/history.ts';
import { toDataType } from '../../../shared/model/data-type.ts';
import type { Output } from '../../api/client.ts';
import { LevelIcon, typeWords } from '../../ui/icons.tsx';
import { Button, Empty, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { ShortTime } from '../../ui/time.tsx';
import { Value } from '../../ui/value.tsx';
import { plainVisible } from '../../ui/visible-text.ts';
import { useDefangProse } from './known-hosts-context.ts';
import { diffQuery } from './queries.ts';
import { labelWords, scalarText } from './report-shape.ts';
import { guessType } from './value-guess.ts';

type Diff = NonNullable<Output<'reports.diff'>>;

/** In the report itself; the tab has all of them. */
const FIRST_CHANGES = 8;
/** A link to one or two more would take the room that they need. */
const NEARLY_ALL = 10;
const PAGE = 200;

interface ChangesProps {
  jobId: string;
  /** The run it is compared with; undefined is the one before. */
  against: string | undefined;
  /** Runs it can be compared with, the newest first. */
  runs: readonly HistoryRun[];
  onCompare(jobId: string): void;
}

/** What changed since an earlier run. In the report only where something did; `isWhole` is the tab. */
export function Changes(props: ChangesProps & { isWhole?: boolean; onAll?(): void }) {
  const { data, error } = useQuery({ ...diffQuery(props.jobId, props.against), placeholderData: keepPreviousData });
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} />
      </div>
    );
  if (data === undefined) return props.isWhole ? <Skeleton lines={4} /> : null;
  if (data === null)
    return props.isWhole ? (
      <Empty icon={IconPencil} title="Nothing to compare with yet">
        This is the first report of this analyzer about this value. After the next run the differences stand here.
      </Empty>
    ) : null;
  return <Differences {...props} diff={data} />;
}

function Differences(props: ChangesProps & { diff: Diff; isWhole?: boolean; onAll?(): void }) {
  const { diff, isWhole } = props;
  const [hasNoise, setNoise] = useState(false);
  const [shown, setShown] = useState(PAGE);
  const telling = diff.changes.filter((change) => !change.isNoise);
  const noise = diff.changes.filter((change) => change.isNoise);
  const all = isWhole && hasNoise ? diff.changes : telling;
  const rows = all.slice(0, isWhole ? shown : all.length <= NEARLY_ALL ? NEARLY_ALL : FIRST_CHANGES);
  return (
    <section className="changes" aria-label="Changes">
      <div className="changes-head">
        <h2>
          Changes since <ShortTime at={diff.before.at} />
        </h2>
        <span className="f12 t3 el">{countWords(diff)}</span>
        {isWhole && diff.counts.noise > 0 && (
          <Button size="small" kind="ghost" isPressed={hasNoise} onClick={() => setNoise(!hasNoise)}>
            {hasNoise ? 'Hide noise' : `Show noise ${count(diff.counts.noise)}`}
          </Button>
        )}
        <span className="right" />
        <CompareWith {...props} current={diff.before.jobId} />
      </div>
      {diff.drift !== null && (
        <p className="changes-note">
          <Text>{diff.drift}</Text>
        </p>
      )}
      {diff.limit !== null && <p className="changes-note t2">{diff.limit}</p>}
      {rows.map((change, index) => (
        <ChangeRow key={index} change={change} />
      ))}
      {telling.length === 0 && (
        <p className="changes-note t2">
          It says the same as then.
          {noise.length > 0 &&
            ` Only ${plural(diff.counts.noise, 'field')} that ${diff.counts.noise === 1 ? 'differs' : 'differ'} with every run: dates, durations, numbers of the scan.`}
        </p>
      )}
      {!isWhole && telling.length > rows.length && (
        <button type="button" className="lnk f12 changes-note" onClick={props.onAll}>
          Show all {count(diff.counts.changed)} changes
        </button>
      )}
      {isWhole && all.length > rows.length && (
        <button type="button" className="lnk f12 changes-note" onClick={() => setShown(shown + PAGE)}>
          Show {count(Math.min(PAGE, all.length - rows.length))} more
        </button>
      )}
    </section>
  );
}

/** "6 fields changed, 84 did not". */
const countWords = ({ counts }: Diff): string =>
  `${plural(counts.changed, 'field')} changed, ${count(counts.same)} did not`;

function CompareWith(props: ChangesProps & { current: string }) {
  const now = props.runs.find((run) => run.jobId === props.current);
  if (props.runs.length < 2 || now === undefined) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className="filter-chip">
          <span className="t2">Compare with</span>
          <RunName run={now} />
          <IconChevronDown size={13} stroke={1.75} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {props.runs.slice(0, 30).map((run) => (
          <Menu.Item
            key={run.jobId}
            leftSection={<LevelIcon level={run.level} />}
            rightSection={<span className="f12 t3 el run-says">{plainVisible(run.summary).slice(0, 60)}</span>}
            onClick={() => props.onCompare(run.jobId)}
          >
            <RunName run={run} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function RunName({ run }: { run: HistoryRun }) {
  return (
    <span>
      <ShortTime at={run.at} />
      {run.caseNumber !== null && `, case #${run.caseNumber}`}
    </span>
  );
}

const SIGNS = { added: IconPlus, removed: IconMinus, changed: IconPencil } as const;

function ChangeRow({ change }: { change: ShownChange }) {
  const Sign = SIGNS[change.kind];
  return (
    <div className="change" data-kind={change.kind} data-noise={change.isNoise}>
      <span className="sign">
        <Sign size={13} stroke={1.75} role="img" aria-label={change.kind} />
      </span>
      <ChangeName change={change} />
      <span className="old">
        {change.kind === 'removed' ? (
          <s>
            <ChangeValue change={change} value={change.before} />
          </s>
        ) : (
          <ChangeValue change={change} value={change.before} />
        )}
      </span>
      <span className="t3 row">
        {change.kind === 'changed' && <IconArrowRight size={13} stroke={1.75} role="img" aria-label="became" />}
      </span>
      <span className="new">
        <ChangeValue change={change} value={change.after} />
      </span>
    </div>
  );
}

/** A taxonomy's name is a name, not a field to be put into words. */
const plainStep = (step: string): string => step;

const PART_WORDS: Readonly<Record<ShownChange['part'], string>> = {
  taxonomies: 'taxonomy',
  full: '',
  artifacts: 'artifact',
};

/** The field's own name, with where it lies before it, quieter. */
function ChangeName({ change }: { change: ShownChange }) {
  const defangProse = useDefangProse();
  const words = change.part === 'taxonomies' ? plainStep : labelWords;
  const steps = change.dataType === null ? change.path.map((step) => defangProse(words(step))) : [];
  const name = steps.pop() ?? (change.dataType === null ? '' : typeWords(change.dataType));
  const where = [PART_WORDS[change.part], ...steps].filter((step) => step !== '').join(' › ');
  return (
    <span className="name" title={plainVisible([where, name].filter((step) => step !== '').join(' › '))}>
      <span className="m el">
        <Text>{name}</Text>
      </span>
      {where !== '' && (
        <span className="f12 t3 el">
          <Text>{where}</Text>
        </span>
      )}
    </span>
  );
}

function ChangeValue({ change, value }: { change: ShownChange; value: ShownChange['before'] }) {
  const defangProse = useDefangProse();
  if (value === null) return null;
  const text = scalarText(value);
  const key = change.path.at(-1) ?? '';
  const type = typeof value !== 'string' ? undefined : (toDataType(change.dataType ?? '') ?? guessType(value, key));
  if (type !== undefined) return <Value dataType={type} value={text} />;
  const prose = defangProse(text);
  return (
    <span className="el" title={plainVisible(prose)}>
      <Text>{prose}</Text>
    </span>
  );
}
