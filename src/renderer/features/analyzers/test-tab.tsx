import { IconArrowUpRight, IconHandStop, IconHourglass } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DATA_TYPES, type DataType, isDataType } from '../../../shared/model/data-type.ts';
import { safeValueOf } from '../../../shared/model/safe-values.ts';
import type { Flavor } from '../../../shared/contract/entities.ts';
import type { RunRow } from '../../../shared/contract/jobs.ts';
import type { Output } from '../../api/client.ts';
import { useEngagement } from '../../state/engagement.ts';
import { ChoiceMenu } from '../../ui/chips.tsx';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { typeWords } from '../../ui/icons.tsx';
import { JobLine } from '../../ui/job-line.tsx';
import { Text } from '../../ui/text.tsx';
import { jobQuery, usePlanTest, useStartTest } from './queries.ts';

type Planned = Output<'analyzers.planTest'>;

/** A run on a value that is nobody's, through the same gate and queue as any other. */
export function TestTab({ flavor }: { flavor: Flavor }) {
  const engagement = useEngagement();
  const types = DATA_TYPES.filter((type) => flavor.dataTypes.includes(type));
  const [chosen, setChosen] = useState<DataType>();
  const type = chosen ?? types[0];
  const plan = usePlanTest();
  const start = useStartTest();
  const [jobId, setJobId] = useState<string>();
  if (type === undefined) return <p className="section t2 f12">It takes no type that Osmia has a value to try for.</p>;

  const run = (planned: Planned, row: RunRow): void =>
    start.mutate(
      { sheetId: planned.sheet.id, rows: [row.row], force: [row.row] },
      { onSuccess: ([job]) => job && setJobId(job.id) },
    );
  const prepare = (): void => {
    setJobId(undefined);
    start.reset();
    plan.mutate(
      { flavorId: flavor.id, dataType: type, ...(engagement && { engagementId: engagement.id }) },
      {
        onSuccess(planned) {
          const row = rowOf(planned);
          // What stays here needs no second look.
          if (row && flavor.isLocal && row.verdict !== 'refused') run(planned, row);
        },
      },
    );
  };
  const row = plan.data && rowOf(plan.data);
  return (
    <div className="section environment">
      <div className="row tight wrap">
        {types.length > 1 && (
          <ChoiceMenu
            label="Type"
            value={type}
            options={types.map((each) => ({ value: each, label: typeWords(each) }))}
            onChange={(value) => {
              if (isDataType(value)) setChosen(value);
              plan.reset();
              setJobId(undefined);
            }}
          />
        )}
        <span className="mono breaks">{safeValueOf(type)}</span>
      </div>
      <p className="help">
        {type === 'file'
          ? 'A short text made by Osmia; it holds nothing of any case.'
          : 'Reserved for documentation, or known to everybody: asking about it tells nothing of any case.'}
      </p>
      <div className="row">
        <Button isDisabled={plan.isPending || start.isPending} onClick={prepare}>
          {flavor.isLocal ? 'Run the test' : 'Run the test…'}
        </Button>
      </div>
      {(plan.error ?? start.error) && <ErrorNote error={plan.error ?? start.error} />}
      {plan.data && row && jobId === undefined && !start.isPending && (
        <Verdict flavor={flavor} row={row} onStart={() => run(plan.data, row)} />
      )}
      {jobId !== undefined && <Result key={jobId} id={jobId} />}
    </div>
  );
}

const rowOf = ({ sheet }: Planned): RunRow | undefined =>
  [...sheet.local, ...sheet.destinations.flatMap(({ rows }) => rows), ...sheet.refused][0];

function Verdict({ flavor, row, onStart }: { flavor: Flavor; row: RunRow; onStart(): void }) {
  if (row.verdict === 'refused') {
    return (
      <div className="note" role="status">
        <IconHandStop size={15} stroke={1.75} aria-hidden="true" />
        <span className="breaks">
          <b className="m">Refused.</b> <Text>{row.reason?.message ?? ''}</Text>{' '}
          {row.instead !== null && <Text>{row.instead}</Text>}
        </span>
      </div>
    );
  }
  if (flavor.isLocal) return null;
  const isWaiting = row.verdict === 'waiting';
  return (
    <div className="note" role="status">
      {isWaiting ? (
        <IconHourglass size={15} stroke={1.75} aria-hidden="true" />
      ) : (
        <IconArrowUpRight size={15} stroke={1.75} aria-hidden="true" />
      )}
      <span className="grow breaks">
        <b className="m">
          <Text>{row.leaves}</Text>
        </b>{' '}
        to <Text>{flavor.card.hosts.join(', ') || 'hosts that nobody names'}</Text>. Seen by{' '}
        <Text>{flavor.card.seenBy}</Text>. {isWaiting && <Text>{row.reason?.message ?? 'It will wait.'}</Text>}
      </span>
      <Button kind="primary" size="small" onClick={onStart}>
        {isWaiting ? 'Queue it' : 'Send and run'}
      </Button>
    </div>
  );
}

function Result({ id }: { id: string }) {
  const { data, error } = useQuery(jobQuery(id));
  if (error) return <ErrorNote error={error} />;
  if (!data) return null;
  return (
    <div className="test-result" aria-live="polite">
      <JobLine job={data} />
      {data.status === 'failed' && data.stderr !== '' && (
        <details>
          <summary className="f12 t2">What it wrote</summary>
          <pre className="mono t2">
            <Text>{data.stderr}</Text>
          </pre>
        </details>
      )}
    </div>
  );
}
