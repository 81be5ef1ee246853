import { IconArrowUpRight, IconDeviceLaptop, IconPlugConnectedX, IconSend } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ObjectType, Responder } from '../../../shared/contract/responders.ts';
import { CardFacts } from '../../ui/card-facts.tsx';
import { Button, Empty, Skeleton, Tabs } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { useKeys } from '../../ui/keys.ts';
import { Text } from '../../ui/text.tsx';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { FlavorSettings } from '../analyzer-settings/flavor-settings.tsx';
import { ObjectLabel } from './object-label.tsx';
import { respondersQuery, runsQuery } from './queries.ts';
import { RunLine } from './run-line.tsx';
import './responders.css';

const TAKES: Readonly<Record<ObjectType, string>> = {
  case: 'case',
  case_task: 'task',
  case_task_log: 'log line',
  case_artifact: 'observable',
  alert: 'alert',
};

const takesWords = ({ takes, artifactTypes }: Responder): string =>
  takes
    .map((type) =>
      type === 'case_artifact' && artifactTypes.length > 0 ? `observable (${artifactTypes.join(', ')})` : TAKES[type],
    )
    .join(', ');

/** What can act on cases, with what leaves and why it cannot run; and every run of it. */
export function RespondersPage() {
  const { data, error, refetch } = useQuery(respondersQuery);
  const [tab, setTab] = useState<'catalogue' | 'runs'>('catalogue');
  const ready = (data ?? []).filter((each) => each.cannotRun === null).length;
  return (
    <>
      <div className="page-head">
        <h1>Responders</h1>
        <span className="f12 t3">{data && `${count(ready)} of ${count(data.length)} can run`}</span>
      </div>
      <Tabs<'catalogue' | 'runs'>
        label="Responders"
        value={tab}
        options={[
          { value: 'catalogue', label: 'Catalogue', count: data?.length },
          { value: 'runs', label: 'Runs' },
        ]}
        onChange={setTab}
      />
      {error && (
        <div className="section">
          <ErrorNote error={error} onRetry={() => void refetch()} />
        </div>
      )}
      {tab === 'runs' ? <Runs /> : data ? <Catalogue responders={data} /> : !error && <Skeleton />}
    </>
  );
}

function Catalogue({ responders }: { responders: readonly Responder[] }) {
  const [cursor, setCursor] = useState(0);
  const at = Math.min(cursor, responders.length - 1);
  const current = responders[at];
  const step = (by: 1 | -1) => () => setCursor(stepCursor(responders, at, by));
  useKeys([
    { keys: 'j', run: step(1) },
    { keys: 'k', run: step(-1) },
    { keys: 'ArrowDown', run: step(1) },
    { keys: 'ArrowUp', run: step(-1) },
  ]);
  if (responders.length === 0)
    return (
      <Empty icon={IconSend} title="No responder yet">
        Add a folder of responders in the Cortex layout under Analyzers.
      </Empty>
    );
  return (
    <div className="responders">
      <section aria-label="Catalogue">
        <VirtualGrid
          label="Responders"
          rows={responders}
          rowKey={(row) => row.id}
          rowHeight={() => 40}
          columns="16px minmax(110px, 1fr) minmax(110px, 1.1fr) minmax(90px, 1fr)"
          head={
            <>
              <span role="columnheader">
                <span className="visually-hidden">Where it runs</span>
              </span>
              <span role="columnheader">Responder</span>
              <span role="columnheader">Acts on</span>
              <span role="columnheader">State</span>
            </>
          }
          cursor={at}
          onCursor={setCursor}
          renderRow={(row) => <Cells responder={row} />}
        />
      </section>
      <aside className="scroll responder-side" aria-label="About it">
        {current && <Card key={current.id} responder={current} />}
      </aside>
    </div>
  );
}

function Cells({ responder }: { responder: Responder }) {
  const Icon = responder.isLocal ? IconDeviceLaptop : IconArrowUpRight;
  return (
    <>
      <span role="gridcell" className="t3">
        <Icon size={15} stroke={1.75} role="img" aria-label={responder.isLocal ? 'Stays here' : 'Leaves'} />
      </span>
      <span role="gridcell" className="el" title={responder.id}>
        <span className="m">
          <Text>{responder.name}</Text>
        </span>{' '}
        <span className="t3">
          <Text>{responder.version}</Text>
        </span>
      </span>
      <span role="gridcell" className="f12 t2 el" title={takesWords(responder)}>
        <Text>{takesWords(responder)}</Text>
      </span>
      <span role="gridcell" className="why">
        {responder.cannotRun === null ? (
          <>
            <span className="health" aria-hidden="true" />
            Can run
          </>
        ) : (
          <>
            <IconPlugConnectedX size={14} stroke={1.75} className="t3" aria-hidden="true" />
            <span className="el" title={responder.cannotRun.message}>
              <Text>{responder.cannotRun.message}</Text>
            </span>
          </>
        )}
      </span>
    </>
  );
}

function Card({ responder }: { responder: Responder }) {
  const [tab, setTab] = useState<'card' | 'settings'>('card');
  return (
    <>
      <div className="section">
        <h2>
          <Text>{responder.name}</Text> <Text>{responder.version}</Text>
        </h2>
        <p className="t2 f12 breaks">
          <Text>{responder.description}</Text>
        </p>
      </div>
      <Tabs<'card' | 'settings'>
        label="About it"
        value={tab}
        options={[
          { value: 'card', label: 'Data card' },
          { value: 'settings', label: 'Settings' },
        ]}
        onChange={setTab}
      />
      {tab === 'settings' ? (
        <div className="section">
          <FlavorSettings flavorId={responder.id} />
        </div>
      ) : (
        <div className="section">
          <dl className="kv">
            <dt>Sends</dt>
            <dd>
              <Text>{responder.isLocal ? 'Nothing, it runs here' : responder.card.leaves}</Text>
            </dd>
            <CardFacts flavor={responder} />
            <dt>Acts on</dt>
            <dd>
              <Text>{takesWords(responder)}</Text>
            </dd>
            <dt>Dry run</dt>
            <dd>{responder.hasDryRun ? 'Yes, without a network' : 'No: Osmia can only show what it would be given'}</dd>
            <dt>Files</dt>
            <dd>{responder.takesAttachments ? 'Those you choose go along' : 'Never go along'}</dd>
            <dt>Source</dt>
            <dd className="breaks">
              <Text>{responder.source}</Text>
            </dd>
            <dt>Author</dt>
            <dd className="breaks">
              <Text>{responder.author}</Text>, <Text>{responder.license}</Text>
            </dd>
          </dl>
        </div>
      )}
    </>
  );
}

function Runs() {
  const query = useInfiniteQuery(runsQuery);
  const runs = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (query.error)
    return (
      <div className="section">
        <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
      </div>
    );
  if (query.isPending) return <Skeleton />;
  if (runs.length === 0)
    return (
      <Empty icon={IconSend} title="Nothing was run yet">
        Open a case, a task or an observable and choose Respond. You see exactly what would be sent before anything is.
      </Empty>
    );
  return (
    <div className="scroll grow runs" tabIndex={0} role="region" aria-label="Runs">
      {runs.map((run) => (
        <div key={run.job.id} className="run-entry">
          <span className="f12 t3 el">
            <ObjectLabel type={run.object.type} label={run.label} />
            {run.attachments > 0 && `, with ${plural(run.attachments, 'file')}`}
          </span>
          <RunLine run={run} />
        </div>
      ))}
      {query.hasNextPage && (
        <div className="section">
          <Button isDisabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Older runs
          </Button>
        </div>
      )}
    </div>
  );
}
