import { IconBuildingBroadcastTower, IconFolder, IconPlayerPlay, IconRss, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AlertRun, AlertSource } from '../../../shared/contract/alerts.ts';
import { callCore } from '../../api/client.ts';
import { hostBridge } from '../../api/host.ts';
import { useEngagement } from '../../state/engagement.ts';
import { undoable } from '../../state/undoable.ts';
import { TlpChip } from '../../ui/chips.tsx';
import { Button, Empty, FilterChip } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Text } from '../../ui/text.tsx';
import { Age, ShortTime } from '../../ui/time.tsx';
import { toast, undoToast } from '../../ui/toast.tsx';
import { problemsQuery, runsQuery, sourcesQuery } from './queries.ts';
import { runWords } from './run-words.ts';
import { SourceDialog } from './source-dialog.tsx';

/** Where alerts come from, and what each reading brought. */
export function SourcesPane({ engagementId }: { engagementId: string | undefined }) {
  const { data: sources, error } = useQuery(sourcesQuery(engagementId));
  const { data: runs } = useQuery(runsQuery(engagementId));
  const [dialog, setDialog] = useState<AlertSource | 'feed'>();
  const [failure, setFailure] = useState<unknown>(null);
  const bridge = hostBridge();
  const attempt = async (run: () => Promise<unknown>): Promise<void> => {
    setFailure(null);
    try {
      await run();
    } catch (caught) {
      setFailure(caught);
    }
  };
  const addFolder = (): Promise<void> =>
    attempt(async () => {
      const grant = await bridge?.pickFolder();
      if (!grant) return;
      await undoable(`Folder ${grant.name} added`, 'alerts.addSource', {
        kind: 'folder',
        place: { token: grant.token },
        ...(engagementId === undefined ? {} : { engagementId }),
      });
    });
  const buttons = (
    <>
      {bridge && (
        <Button size="small" onClick={() => void addFolder()}>
          <IconFolder size={14} stroke={1.75} aria-hidden="true" />
          Add folder…
        </Button>
      )}
      <Button size="small" onClick={() => setDialog('feed')}>
        <IconRss size={14} stroke={1.75} aria-hidden="true" />
        Add feed…
      </Button>
    </>
  );
  return (
    <div className="scroll grow pane-stop alert-sources" tabIndex={0} role="region" aria-label="Sources">
      {(error ?? failure) !== null && (
        <div className="section">
          <ErrorNote error={error ?? failure} />
        </div>
      )}
      {sources?.length === 0 ? (
        <Empty icon={IconBuildingBroadcastTower} title="No sources yet" actions={buttons}>
          A source is a folder that files are dropped in, or a MISP feed. A folder is read on this machine; a feed is
          fetched when you say so, or by the clock where you switch that on, and never while OFFLINE.
          {!bridge && (
            <>
              {' '}
              From a browser, name a folder with <span className="mono">osmia alerts watch</span>.
            </>
          )}
        </Empty>
      ) : (
        <>
          <div className="side-head">
            Sources <span className="right row tight">{buttons}</span>
          </div>
          {sources?.map((source) => (
            <SourceRow
              key={source.id}
              source={source}
              onRun={() =>
                void attempt(async () =>
                  toast(`${source.name}: ${runWords(await callCore('alerts.runSource', { id: source.id }))}`),
                )
              }
              onEdit={() => setDialog(source)}
              onToggle={() => void attempt(() => switchSource(source, !source.isOn))}
              onRemove={() =>
                void attempt(() => undoable(`Source ${source.name} removed`, 'alerts.removeSource', { id: source.id }))
              }
            />
          ))}
        </>
      )}
      {runs && runs.items.length > 0 && (
        <>
          <div className="side-head">
            Readings <span className="t3">what each brought, and what could not be taken</span>
          </div>
          {runs.items.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </>
      )}
      {dialog !== undefined && (
        <SourceDialog
          source={dialog === 'feed' ? undefined : dialog}
          engagementId={engagementId}
          onClose={() => setDialog(undefined)}
        />
      )}
    </div>
  );
}

/** A switch of this machine, not of the workspace: it is in no change log and takes itself back. */
async function switchSource({ id, kind, name }: AlertSource, isOn: boolean): Promise<void> {
  const source = await callCore('alerts.updateSource', { id, patch: { isOn } });
  const words = !isOn
    ? `${name} is read only on your word`
    : kind === 'folder'
      ? `${name} is watched`
      : `${name} is fetched every ${source.everyMinutes} minutes while ONLINE`;
  undoToast(words, () => void callCore('alerts.updateSource', { id, patch: { isOn: !isOn } }));
}

function SourceRow(props: { source: AlertSource; onRun(): void; onEdit(): void; onToggle(): void; onRemove(): void }) {
  const { source } = props;
  const engagement = useEngagement();
  const isFeed = source.kind === 'feed';
  const isHeld = isFeed && engagement?.isOffline === true;
  return (
    <div className="alert-source">
      <span className="t3">
        {isFeed ? (
          <IconRss size={16} stroke={1.75} aria-label="Feed" />
        ) : (
          <IconFolder size={16} stroke={1.75} aria-label="Folder" />
        )}
      </span>
      <span className="source-name">
        <span className="m el">
          <Text>{source.name}</Text>
        </span>
        <span className="f12 t3 mono el" title={isFeed ? source.url : source.path}>
          <Text>{isFeed ? source.url : source.path === '' ? 'no folder on this machine' : source.path}</Text>
        </span>
      </span>
      <TlpChip tlp={source.tlp} />
      <span className="f12 t3">
        {source.isRunning ? (
          'being read'
        ) : isHeld ? (
          <span title="Nothing is fetched while the engagement is OFFLINE">held: OFFLINE</span>
        ) : source.lastRunAt === null ? (
          'never read'
        ) : (
          <>
            read <Age at={source.lastRunAt} />
          </>
        )}
      </span>
      <FilterChip
        label={isFeed ? `Every ${source.everyMinutes} min` : 'Watch'}
        isOn={source.isOn}
        onToggle={props.onToggle}
      />
      <span className="row tight">
        <Button
          size="small"
          isDisabled={source.isRunning || isHeld}
          title={isHeld ? 'OFFLINE: nothing is fetched. Go ONLINE first.' : undefined}
          onClick={props.onRun}
        >
          <IconPlayerPlay size={14} stroke={1.75} aria-hidden="true" />
          {isFeed ? 'Fetch now' : 'Read now'}
        </Button>
        <Button size="small" onClick={props.onEdit}>
          Edit
        </Button>
        <Button kind="ghost" size="small" isIcon label={`Remove ${source.name}`} onClick={props.onRemove}>
          <IconTrash size={15} stroke={1.75} />
        </Button>
      </span>
    </div>
  );
}

function RunRow({ run }: { run: AlertRun }) {
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery({ ...problemsQuery(run.id), enabled: isOpen });
  return (
    <div className="run-row">
      <span className="f12 t3">
        <ShortTime at={run.startedAt} />
      </span>
      <span className="m el">
        <Text>{run.name}</Text>
      </span>
      <span className="f12 t2">{runWords(run)}</span>
      {run.problems > 0 ? (
        <Button kind="ghost" size="small" isPressed={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Hide problems' : 'Show problems'}
        </Button>
      ) : (
        <span />
      )}
      {run.error !== null && <p className="run-problems f12">Ended early: {run.error}</p>}
      {isOpen && data && (
        <ul className="run-problems f12" aria-label="Problems">
          {data.items.map(({ seq, item, place, reason }) => (
            <li key={seq}>
              <span className="mono">
                <Text>{item}</Text>
              </span>
              {place !== '' && (
                <span className="t3">
                  {' '}
                  <Text>{place}</Text>
                </span>
              )}
              : <Text>{reason}</Text>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
