import { lazy, Suspense } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { Skeleton, Tabs } from '../../ui/controls.tsx';
import { countsQuery } from './queries.ts';
import { TimelineView } from './timeline-view.tsx';
import './timeline.css';

const AssetsView = lazy(async () => ({ default: (await import('../assets/assets-view.tsx')).AssetsView }));
const AttackView = lazy(async () => ({ default: (await import('../attack/attack-view.tsx')).AttackView }));

type Part = 'events' | 'assets' | 'attack';

/**
 * What happened, on which assets, by which techniques. `item` is `assets`, `assets:ID`, `attack`, `attack:T1566`,
 * `technique:T1566` (its events) or the id of an event.
 */
export default function TimelineTab(props: { caseId: string; caseNumber: number; item: string | undefined }) {
  const { caseId, caseNumber } = props;
  const [head = '', rest] = (props.item ?? '').split(':', 2);
  const part: Part = head === 'assets' || head === 'attack' ? head : 'events';
  const [, navigate] = useLocation();
  const { data: counts } = useQuery(countsQuery(caseId));
  const base = `/cases/${caseNumber}/timeline`;
  return (
    <>
      <div className="timeline-parts">
        <Tabs<Part>
          label="Parts of the timeline"
          value={part}
          options={[
            { value: 'events', label: 'Events', count: counts?.events },
            { value: 'assets', label: 'Assets', count: counts?.assets },
            { value: 'attack', label: 'ATT&CK', count: counts?.techniques },
          ]}
          onChange={(next) => navigate(next === 'events' ? base : `${base}/${next}`)}
        />
      </div>
      {part === 'events' ? (
        <TimelineView
          key={props.item ?? ''}
          caseId={caseId}
          caseNumber={caseNumber}
          eventId={head === '' || head === 'technique' ? undefined : head}
          technique={head === 'technique' ? rest : undefined}
        />
      ) : (
        <Suspense fallback={<Skeleton />}>
          {part === 'assets' ? (
            <AssetsView caseId={caseId} caseNumber={caseNumber} assetId={rest} />
          ) : (
            <AttackView caseId={caseId} caseNumber={caseNumber} technique={rest} />
          )}
        </Suspense>
      )}
    </>
  );
}
