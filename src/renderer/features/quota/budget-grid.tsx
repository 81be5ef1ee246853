import { IconCheck, IconHelpCircle, IconHourglass, IconPlugConnectedX } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { QuotaBudget, QuotaWindow } from '../../../shared/contract/quota.ts';
import { plural } from '../../ui/format.ts';
import { usePrefs } from '../../ui/prefs.ts';
import { Text } from '../../ui/text.tsx';
import { useNow } from '../../ui/use-now.ts';
import { VirtualGrid } from '../../ui/virtual-grid.tsx';
import { type Outlook, outlookOf, WINDOW_WORDS } from './budget-words.ts';
import { WindowBar } from './window-bar.tsx';

const ROW = 44;
const ICONS = { fine: IconCheck, waits: IconHourglass, blocked: IconPlugConnectedX, unknown: IconHelpCircle } as const;
const ALWAYS: readonly QuotaWindow[] = ['minute', 'day', 'month'];

interface Props {
  budgets: readonly QuotaBudget[];
  cursor: number;
  onCursor(index: number): void;
  nameOf(engagementId: string): string;
}

/** Every budget with its windows; an hour has a column only where somebody limits it. */
export function BudgetGrid({ budgets, cursor, onCursor, nameOf }: Props) {
  const hasHours = budgets.some(({ windows }) => windows.some(({ window }) => window === 'hour'));
  const shown = useMemo<QuotaWindow[]>(() => (hasHours ? ['minute', 'hour', 'day', 'month'] : [...ALWAYS]), [hasHours]);
  return (
    <VirtualGrid<QuotaBudget>
      label="Budgets"
      rows={budgets}
      rowKey={(budget) => budget.key}
      rowHeight={() => ROW}
      columns={`minmax(120px, 0.9fr) minmax(80px, 0.6fr) ${shown.map(() => 'minmax(0, 1fr)').join(' ')} minmax(150px, 1fr)`}
      head={
        <>
          <span role="columnheader">Service</span>
          <span role="columnheader">Key</span>
          {shown.map((window) => (
            <span role="columnheader" key={window}>
              {headWords(window, budgets)}
            </span>
          ))}
          <span role="columnheader">Forecast</span>
        </>
      }
      cursor={cursor}
      onCursor={onCursor}
      renderRow={(budget) => (
        <>
          <span role="gridcell" className="quota-service">
            <span className="m el">
              <Text>{budget.key}</Text>
            </span>
            <span className="mono t3 f11 el">
              <Text>{budget.hosts.find((host) => host !== budget.key) ?? ''}</Text>
            </span>
          </span>
          <span role="gridcell" className="f12 t2 el">
            <KeyCell budget={budget} nameOf={nameOf} />
          </span>
          {shown.map((window) => {
            const view = budget.windows.find((each) => each.window === window);
            return (
              <span role="gridcell" key={window} className="f12">
                {view === undefined ? (
                  <span className="t3">no limit</span>
                ) : (
                  <WindowBar view={view} queued={budget.queued} />
                )}
              </span>
            );
          })}
          <span role="gridcell" className="f12">
            <OutlookCell budget={budget} />
          </span>
        </>
      )}
    />
  );
}

/** "Day, resets 00:00 UTC" where that is so for every budget. */
function headWords(window: QuotaWindow, budgets: readonly QuotaBudget[]): string {
  const views = budgets.flatMap((budget) => budget.windows.filter((view) => view.window === window));
  const zones = new Set(views.map((view) => (view.isCalendar ? view.zone : '')));
  const [zone] = zones;
  if (window !== 'day' || zones.size !== 1 || zone === undefined || zone === '') return WINDOW_WORDS[window];
  return `Day, resets 00:00 ${zone}`;
}

function KeyCell({ budget, nameOf }: { budget: QuotaBudget; nameOf(engagementId: string): string }) {
  const [own] = budget.assignments;
  if (own !== undefined) {
    const more = budget.assignments.length - 1;
    return (
      <>
        of <Text>{nameOf(own.engagementId)}</Text>
        {more > 0 && ` and ${plural(more, 'other')}`}
      </>
    );
  }
  if (budget.share !== null) return <>{budget.share.percent} % here</>;
  if (budget.flavors.length === 0) return <span className="t3">nothing uses it</span>;
  return <span title={budget.flavors.join('\n')}>for {plural(budget.flavors.length, 'analyzer')}</span>;
}

function OutlookCell({ budget }: { budget: QuotaBudget }) {
  const clock = usePrefs((prefs) => prefs.clock);
  const { outlook, words } = outlookOf(budget, useNow(), clock);
  const Icon = ICONS[outlook];
  return (
    <span className="row tight" title={words}>
      <Icon size={14} stroke={1.75} className={`quota-${outlook satisfies Outlook}`} aria-hidden="true" />
      <span className="el">{words}</span>
    </span>
  );
}
