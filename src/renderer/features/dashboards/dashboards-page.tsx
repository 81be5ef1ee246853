import { IconChartBar, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Button, Empty, Skeleton, Tabs } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useEngagement } from '../../state/engagement.ts';
import { DashboardView } from './dashboard-view.tsx';
import { NewDialog } from './new-dialog.tsx';
import { dashboardQuery, dashboardsQuery } from './queries.ts';
import '../../styles/charts.css';
import './dashboards.css';

const FIRST = 'overview';

/** Dashboards side by side; the program's own first. */
export function DashboardsPage({ id = FIRST, isEditing }: { id?: string | undefined; isEditing: boolean }) {
  const [, navigate] = useLocation();
  const engagement = useEngagement();
  const { data: heads } = useQuery(dashboardsQuery);
  const { data: dashboard, error, refetch } = useQuery(dashboardQuery(id));
  const [isNewOpen, setNewOpen] = useState(false);
  const tabs = (heads ?? []).map((head) => ({ value: head.id, label: head.title }));
  return (
    <>
      {dashboard && engagement ? (
        <DashboardView
          key={dashboard.id}
          dashboard={dashboard}
          engagementId={engagement.id}
          isEditing={isEditing && !dashboard.isShipped}
        >
          <div className="dashboard-tabs">
            <Tabs label="Dashboards" value={id} options={tabs} onChange={(next) => navigate(`/dashboards/${next}`)} />
            <span className="new">
              <Button kind="ghost" size="small" onClick={() => setNewOpen(true)}>
                <IconPlus size={14} stroke={1.75} aria-hidden="true" />
                New
              </Button>
            </span>
          </div>
        </DashboardView>
      ) : (
        <>
          <div className="page-head">
            <h1>Dashboards</h1>
          </div>
          {error ? (
            <>
              <div className="section">
                <ErrorNote error={error} onRetry={() => void refetch()} />
              </div>
              <Empty
                icon={IconChartBar}
                title="This dashboard cannot be shown"
                actions={<Button onClick={() => navigate(`/dashboards/${FIRST}`)}>Open Overview</Button>}
              />
            </>
          ) : (
            <Skeleton />
          )}
        </>
      )}
      <NewDialog
        isOpen={isNewOpen}
        onClose={() => setNewOpen(false)}
        onMade={(made) => navigate(`/dashboards/${made.id}${made.widgets === 0 ? '/edit' : ''}`)}
      />
    </>
  );
}
