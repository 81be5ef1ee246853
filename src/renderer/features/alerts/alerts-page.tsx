import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useEngagement } from '../../state/engagement.ts';
import { Tabs } from '../../ui/controls.tsx';
import { Text } from '../../ui/text.tsx';
import { AlertPage } from './alert-page.tsx';
import { AlertQueue } from './alert-queue.tsx';
import { ImportButton } from './import-button.tsx';
import { countsQuery, sourcesQuery } from './queries.ts';
import { SourcesPane } from './sources-pane.tsx';
import { TrashPane } from './trash-pane.tsx';
import './alerts.css';

/** The queue, where alerts come from, or one alert. */
export default function AlertsPage({ item }: { item: string | undefined }) {
  const engagement = useEngagement();
  const [, navigate] = useLocation();
  const { data: counts } = useQuery(countsQuery(engagement?.id));
  const { data: sources } = useQuery(sourcesQuery(engagement?.id));
  if (item !== undefined && item !== 'sources' && item !== 'trash') return <AlertPage id={item} />;
  const tab = item ?? 'queue';
  return (
    <>
      <div className="page-head">
        <h1>Alerts</h1>
        <span className="f12 t3 el">
          {engagement && (
            <>
              of <Text>{engagement.name}</Text>
            </>
          )}
        </span>
        <span className="right" />
        <ImportButton engagementId={engagement?.id} />
      </div>
      <Tabs
        label="Alerts"
        value={tab}
        options={[
          { value: 'queue', label: 'Queue', count: counts?.unread },
          { value: 'sources', label: 'Sources', count: sources?.length },
          { value: 'trash', label: 'Trash' },
        ]}
        onChange={(next) => navigate(next === 'queue' ? '/alerts' : `/alerts/${next}`)}
      />
      {tab === 'sources' ? (
        <SourcesPane engagementId={engagement?.id} />
      ) : tab === 'trash' ? (
        <TrashPane engagementId={engagement?.id} />
      ) : (
        <AlertQueue engagementId={engagement?.id} />
      )}
    </>
  );
}
