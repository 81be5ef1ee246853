import { IconGauge } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { QuotaWindow, WindowView } from '../../../shared/contract/quota.ts';
import { Empty, Segmented, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count } from '../../ui/format.ts';
import { useKeys } from '../../ui/keys.ts';
import { Text } from '../../ui/text.tsx';
import { stepCursor } from '../../ui/virtual-grid.tsx';
import { engagementsQuery, useEngagement } from '../../state/engagement.ts';
import { BudgetGrid } from './budget-grid.tsx';
import { BudgetPanel } from './budget-panel.tsx';
import { NOW_WORDS, WINDOW_WORDS } from './budget-words.ts';
import { budgetsQuery } from './queries.ts';
import { QuotaLedger } from './quota-ledger.tsx';
import { UsageChart } from './usage-chart.tsx';
import './quota.css';

/** The window that a budget is looked at by: the day, else the longest that it limits. */
const mainWindow = (windows: readonly WindowView[]): QuotaWindow | undefined =>
  windows.find(({ window }) => window === 'day')?.window ?? windows.at(-1)?.window;

/** Budgets, how the chosen one fills up, and every unit that was spent on it. */
export function QuotaTab() {
  const engagement = useEngagement();
  const { data: engagements } = useQuery(engagementsQuery);
  const { data, error } = useQuery(budgetsQuery(engagement?.id));
  const [which, setWhich] = useState<'used' | 'all'>('used');
  const [chosen, setChosen] = useState<string>();
  const [asked, setAsked] = useState<QuotaWindow>();
  const used = data?.filter(({ isInUse }) => isInUse) ?? [];
  const isAll = which === 'all' || used.length === 0;
  const budgets = isAll ? (data ?? []) : used;
  // What is being used is what somebody comes to see.
  const first = budgets.findIndex(
    ({ queued, windows }) => queued > 0 || windows.some(({ spent, held }) => spent + held > 0),
  );
  const found = budgets.findIndex(({ key }) => key === chosen);
  const at = Math.max(0, found < 0 ? first : found);
  const budget = budgets[at];
  const step = (by: 1 | -1): void => setChosen(budgets[stepCursor(budgets, at, by)]?.key);
  useKeys([
    { keys: 'j', run: () => step(1) },
    { keys: 'k', run: () => step(-1) },
    { keys: 'ArrowDown', run: () => step(1) },
    { keys: 'ArrowUp', run: () => step(-1) },
  ]);
  const nameOf = (id: string): string => engagements?.find((each) => each.id === id)?.name ?? 'another engagement';

  if (error) return <ErrorNote error={error} />;
  if (data === undefined) return <Skeleton />;
  if (budget === undefined) {
    return (
      <Empty icon={IconGauge} title="No budget yet">
        Analyzers that ask a service draw on a budget, one for each key. Add a folder of analyzers, and theirs stand
        here with the limits that the services publish.
      </Empty>
    );
  }
  const window = budget.windows.some((view) => view.window === asked) ? asked : mainWindow(budget.windows);
  const view = budget.windows.find((each) => each.window === window);
  return (
    <>
      {used.length > 0 && used.length < data.length && (
        <div className="toolbar">
          <Segmented<'used' | 'all'>
            label="Which budgets"
            value={which}
            options={[
              { value: 'used', label: 'In use', count: used.length },
              { value: 'all', label: 'All', count: data.length },
            ]}
            onChange={setWhich}
          />
        </div>
      )}
      <div className="quota-budgets" style={{ '--rows': Math.min(budgets.length, 6) } as React.CSSProperties}>
        <BudgetGrid
          budgets={budgets}
          cursor={at}
          onCursor={(index) => setChosen(budgets[index]?.key)}
          nameOf={nameOf}
        />
      </div>
      <div className="quota-lower">
        <section className="quota-use" aria-label="How it is used">
          <div className="quota-head">
            <h2 className="el">
              <Text>{budget.key}</Text>
              {window !== undefined && `, ${NOW_WORDS[window]}`}
            </h2>
            {view && (
              <span className="f12 t3 el">
                {count(view.spent)} used, {count(view.held)} reserved, {count(view.left)} left
              </span>
            )}
            <span className="right" />
            {budget.windows.length > 1 && window !== undefined && (
              <Segmented<QuotaWindow>
                label="Window"
                value={window}
                options={budget.windows.map((each) => ({ value: each.window, label: WINDOW_WORDS[each.window] }))}
                onChange={setAsked}
              />
            )}
            {view && <Legend units={view.units} />}
          </div>
          {window !== undefined && <UsageChart budgetKey={budget.key} window={window} />}
          <QuotaLedger key={budget.key} budgetKey={budget.key} window={window} />
        </section>
        <BudgetPanel budget={budget} engagement={engagement} nameOf={nameOf} />
      </div>
    </>
  );
}

function Legend({ units }: { units: number }) {
  return (
    <span className="quota-legend f12 t2" aria-hidden="true">
      <span>
        <i className="line" />
        used
      </span>
      <span>
        <i className="ahead" />
        forecast
      </span>
      <span>
        <i className="limit" />
        limit {count(units)}
      </span>
    </span>
  );
}
