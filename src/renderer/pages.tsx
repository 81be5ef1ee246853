import { lazy, Suspense, useEffect, useState } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import type { Case } from '../shared/contract/entities.ts';
import type { CaseTab } from './features/cases/case-page.tsx';
import { IntakeListPage } from './features/intake/intake-list-page.tsx';
import { useRespondRequest } from './state/respond-request.ts';
import { Skeleton } from './ui/controls.tsx';

// The first screen comes with the program, every other one when it is first opened (or fetched ahead, below).
const AlertsPage = lazy(() => import('./features/alerts/alerts-page.tsx'));
const AnalyzersPage = lazy(async () => ({
  default: (await import('./features/analyzers/analyzers-page.tsx')).AnalyzersPage,
}));
const importCase = () => import('./features/cases/case-page.tsx');
const CasePage = lazy(async () => ({ default: (await importCase()).CasePage }));
const EvidenceTab = lazy(async () => ({ default: (await import('./features/cases/evidence-tab.tsx')).EvidenceTab }));
const OverviewTab = lazy(async () => ({ default: (await import('./features/cases/overview-tab.tsx')).OverviewTab }));
const importIntake = () => import('./features/intake/intake-page.tsx');
const IntakePage = lazy(async () => ({ default: (await importIntake()).IntakePage }));
const JobsPage = lazy(async () => ({ default: (await import('./features/jobs/jobs-page.tsx')).JobsPage }));
const JobsView = lazy(async () => ({ default: (await import('./features/jobs/jobs-view.tsx')).JobsView }));
const importObservables = () => import('./features/observables/case-observables.tsx');
const CaseObservables = lazy(async () => ({ default: (await importObservables()).CaseObservables }));
const ObservablePage = lazy(async () => ({
  default: (await import('./features/observables/observable-page.tsx')).ObservablePage,
}));
const ObservablesPage = lazy(async () => ({
  default: (await import('./features/observables/observables-page.tsx')).ObservablesPage,
}));
const QuotaPage = lazy(async () => ({ default: (await import('./features/quota/quota-page.tsx')).QuotaPage }));
const importReport = () => import('./features/report/report-page.tsx');
const ReportPage = lazy(async () => ({ default: (await importReport()).ReportPage }));
const importRunSheet = () => import('./features/run-sheet/run-sheet-page.tsx');
const RunSheetPage = lazy(async () => ({ default: (await importRunSheet()).RunSheetPage }));
const SearchPage = lazy(async () => ({ default: (await import('./features/search/search-page.tsx')).SearchPage }));
const DashboardsPage = lazy(async () => ({
  default: (await import('./features/dashboards/dashboards-page.tsx')).DashboardsPage,
}));
const SettingsPage = lazy(async () => ({
  default: (await import('./features/settings/settings-page.tsx')).SettingsPage,
}));
const CasesPage = lazy(async () => ({ default: (await import('./features/cases/cases-page.tsx')).CasesPage }));
const GraphTab = lazy(() => import('./features/graph/graph-tab.tsx'));
const importTrash = () => import('./features/cases/trash-page.tsx');
const TrashPage = lazy(async () => ({ default: (await importTrash()).TrashPage }));
const CaseTrashPage = lazy(async () => ({ default: (await importTrash()).CaseTrashPage }));
const ActivityTab = lazy(() => import('./features/activity/activity-tab.tsx'));
const importRespond = () => import('./features/responders/respond-dialog.tsx');
const RespondDialog = lazy(async () => ({ default: (await importRespond()).RespondDialog }));
const RespondersPage = lazy(async () => ({
  default: (await import('./features/responders/responders-page.tsx')).RespondersPage,
}));
const TimelineTab = lazy(() => import('./features/timeline/timeline-tab.tsx'));
const TasksTab = lazy(() => import('./features/tasks/tasks-tab.tsx'));
const MyTasksPage = lazy(() => import('./features/tasks/my-tasks-page.tsx'));
const NotesTab = lazy(() => import('./features/notes/notes-tab.tsx'));

type CaseParams = Record<'number' | 'tab' | 'item', string | undefined>;

/** The screens of the main job, in the order in which they are needed. */
const NEXT = [importIntake, importCase, importObservables, importRunSheet, importReport];

/** Which screen shows for a location. */
export function Pages() {
  useEffect(() => {
    const idle = requestIdleCallback(() => {
      for (const load of NEXT) void load();
    });
    return () => cancelIdleCallback(idle);
  }, []);
  return (
    <Suspense fallback={<Skeleton />}>
      <Switch>
        <Route path="/intake" component={IntakeListPage} />
        <Route path="/intake/:id">{({ id }) => <IntakePage key={id} id={id} />}</Route>
        <Route<Record<'item', string | undefined>> path="/alerts/:item?">
          {({ item }) => <AlertsPage item={item} />}
        </Route>
        <Route path="/cases">
          <CasesPage isNewOpen={false} />
        </Route>
        <Route path="/cases/list/:filter">{({ filter }) => <CasesPage isNewOpen={false} asked={filter} />}</Route>
        <Route path="/trash" component={TrashPage} />
        <Route path="/trash/:number">{({ number }) => <CaseTrashPage number={Number(number)} />}</Route>
        <Route path="/cases/new">
          <CasesPage isNewOpen />
        </Route>
        <Route<CaseParams> path="/cases/:number/:tab?/:item?">
          {({ number, tab, item }) => (
            <CasePage
              key={number}
              number={Number(number)}
              tab={tab ?? 'overview'}
              renderTab={(chosen, found) => <CaseTabPage tab={chosen} found={found} item={item} />}
            />
          )}
        </Route>
        <Route path="/tasks" component={MyTasksPage} />
        <Route path="/observables">
          <ObservablesPage />
        </Route>
        <Route path="/observables/list/:filter">{({ filter }) => <ObservablesPage asked={filter} />}</Route>
        <Route path="/observables/:id">{({ id }) => <ObservablePage key={id} id={id} />}</Route>
        <Route path="/jobs">
          <JobsPage />
        </Route>
        <Route path="/jobs/list/:status">{({ status }) => <JobsPage asked={status} />}</Route>
        <Route path="/reports/:jobId">{({ jobId }) => <ReportPage key={jobId} jobId={jobId} />}</Route>
        <Route path="/run" component={RunSheetPage} />
        <Route path="/analyzers" component={AnalyzersPage} />
        <Route path="/responders" component={RespondersPage} />
        <Route<{ tab: string | undefined }> path="/quota/:tab?">
          {({ tab }) => <QuotaPage tab={tab === 'egress' ? 'egress' : 'quota'} />}
        </Route>
        {/* What is searched for stands in the address, behind the `#`. */}
        <Route path={/^\/search(?:\?.*)?$/} component={SearchPage} />
        <Route<{ id: string | undefined; edit: string | undefined }> path="/dashboards/:id?/:edit?">
          {({ id, edit }) => <DashboardsPage id={id} isEditing={edit === 'edit'} />}
        </Route>
        <Route<Record<'section' | 'item', string | undefined>> path="/settings/:section?/:item?">
          {({ section, item }) => <SettingsPage section={section ?? ''} item={item} />}
        </Route>
        <Route>
          <Redirect to="/intake" />
        </Route>
      </Switch>
      <Respond />
    </Suspense>
  );
}

/** Opened from anywhere; in the page from the first time it is asked for. */
function Respond() {
  const request = useRespondRequest();
  const [wasAsked, setAsked] = useState(false);
  if (request !== undefined && !wasAsked) setAsked(true);
  return wasAsked ? (
    <Suspense fallback={null}>
      <RespondDialog />
    </Suspense>
  ) : null;
}

function CaseTabPage({ tab, found, item }: { tab: CaseTab; found: Case; item: string | undefined }) {
  switch (tab) {
    case 'overview':
      return <OverviewTab found={found} />;
    case 'notes':
      return (
        <Suspense fallback={<Skeleton />}>
          <NotesTab caseId={found.id} caseNumber={found.number} engagementId={found.engagementId} noteId={item} />
        </Suspense>
      );
    case 'tasks':
      return (
        <Suspense fallback={<Skeleton />}>
          <TasksTab caseId={found.id} caseNumber={found.number} engagementId={found.engagementId} taskId={item} />
        </Suspense>
      );
    case 'observables':
      return <CaseObservables found={found} />;
    case 'evidence':
      return <EvidenceTab found={found} />;
    case 'timeline':
      return (
        <Suspense fallback={<Skeleton />}>
          <TimelineTab caseId={found.id} caseNumber={found.number} item={item} />
        </Suspense>
      );
    case 'graph':
      return (
        <Suspense fallback={<Skeleton />}>
          <GraphTab found={found} />
        </Suspense>
      );
    case 'jobs':
      return <JobsView caseId={found.id} backTo={`/cases/${found.number}/jobs`} />;
    case 'activity':
      return (
        <Suspense fallback={<Skeleton />}>
          <ActivityTab found={found} />
        </Suspense>
      );
  }
}
