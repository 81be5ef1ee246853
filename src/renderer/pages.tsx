import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import type { Case } from '../shared/contract/entities.ts';
import { AnalyzersPage } from './features/analyzers/analyzers-page.tsx';
import { CasePage, type CaseTab } from './features/cases/case-page.tsx';
import { CasesPage } from './features/cases/cases-page.tsx';
import { EvidenceTab } from './features/cases/evidence-tab.tsx';
import { OverviewTab } from './features/cases/overview-tab.tsx';
import { IntakeListPage } from './features/intake/intake-list-page.tsx';
import { IntakePage } from './features/intake/intake-page.tsx';
import { JobsPage } from './features/jobs/jobs-page.tsx';
import { JobsView } from './features/jobs/jobs-view.tsx';
import { CaseObservables } from './features/observables/case-observables.tsx';
import { ObservablePage } from './features/observables/observable-page.tsx';
import { ObservablesPage } from './features/observables/observables-page.tsx';
import { ReportPage } from './features/report/report-page.tsx';
import { RunSheetPage } from './features/run-sheet/run-sheet-page.tsx';
import { SettingsPage } from './features/settings/settings-page.tsx';
import { Skeleton } from './ui/controls.tsx';

// The editor and Markdown are a third of the program and serve one tab.
const NotesTab = lazy(() => import('./features/notes/notes-tab.tsx'));

type CaseParams = Record<'number' | 'tab' | 'item', string | undefined>;

/** Which screen shows for a location. */
export function Pages() {
  return (
    <Switch>
      <Route path="/intake" component={IntakeListPage} />
      <Route path="/intake/:id">{({ id }) => <IntakePage key={id} id={id} />}</Route>
      <Route path="/cases">
        <CasesPage isNewOpen={false} />
      </Route>
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
      <Route path="/observables" component={ObservablesPage} />
      <Route path="/observables/:id">{({ id }) => <ObservablePage key={id} id={id} />}</Route>
      <Route path="/jobs" component={JobsPage} />
      <Route path="/reports/:jobId">{({ jobId }) => <ReportPage key={jobId} jobId={jobId} />}</Route>
      <Route path="/run" component={RunSheetPage} />
      <Route path="/analyzers" component={AnalyzersPage} />
      <Route path="/settings" component={SettingsPage} />
      <Route>
        <Redirect to="/intake" />
      </Route>
    </Switch>
  );
}

function CaseTabPage({ tab, found, item }: { tab: CaseTab; found: Case; item: string | undefined }) {
  switch (tab) {
    case 'overview':
      return <OverviewTab found={found} />;
    case 'notes':
      return (
        <Suspense fallback={<Skeleton />}>
          <NotesTab caseId={found.id} caseNumber={found.number} noteId={item} />
        </Suspense>
      );
    case 'observables':
      return <CaseObservables found={found} />;
    case 'evidence':
      return <EvidenceTab found={found} />;
    case 'jobs':
      return <JobsView caseId={found.id} />;
  }
}
