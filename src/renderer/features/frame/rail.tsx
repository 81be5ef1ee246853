import type { MouseEvent } from 'react';
import {
  IconBell,
  IconBriefcase2,
  IconChartBar,
  IconChecklist,
  IconCpu,
  IconFingerprint,
  IconGauge,
  IconInbox,
  IconListCheck,
  IconSend,
  IconSettings,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { useEngagement } from '../../state/engagement.ts';
import { useRunRequest } from '../../state/run-request.ts';
import { countsQuery } from '../alerts/queries.ts';
import { activityQuery } from './queries.ts';

const SCREENS = [
  { path: '/intake', label: 'Intake', Icon: IconInbox },
  { path: '/alerts', label: 'Alerts', Icon: IconBell },
  { path: '/cases', label: 'Cases', Icon: IconBriefcase2 },
  { path: '/tasks', label: 'Tasks', Icon: IconChecklist },
  { path: '/observables', label: 'Observables', Icon: IconFingerprint },
  { path: '/jobs', label: 'Jobs', Icon: IconListCheck },
  { path: '/analyzers', label: 'Analyzers', Icon: IconCpu },
  { path: '/responders', label: 'Responders', Icon: IconSend },
  { path: '/quota', label: 'Quota', Icon: IconGauge },
  { path: '/dashboards', label: 'Dashboards', Icon: IconChartBar },
] as const;

/** The focus goes to the new screen's grid, so that its keys work at once. */
const letGo = (event: MouseEvent<HTMLAnchorElement>): void => event.currentTarget.blur();

export function Rail() {
  const [location] = useLocation();
  const engagement = useEngagement();
  const { data } = useQuery(activityQuery(engagement?.id));
  const { data: alerts } = useQuery(countsQuery(engagement?.id));
  const unread = alerts?.unread ?? 0;
  const active = (data?.running ?? 0) + (data?.queued ?? 0) + (data?.waiting ?? 0);
  const request = useRunRequest();
  // The run sheet and a report belong to the screen they were opened from.
  const place =
    location === '/run' ? (request?.backTo ?? '/jobs') : location.startsWith('/reports/') ? '/jobs' : location;
  const isCurrent = (path: string): boolean => place === path || place.startsWith(`${path}/`);
  return (
    <nav className="rail" aria-label="Screens">
      {SCREENS.map(({ path, label, Icon }) => (
        <Link key={path} href={path} aria-current={isCurrent(path) ? 'page' : undefined} title={label} onClick={letGo}>
          <Icon size={18} stroke={1.75} aria-hidden="true" />
          <span className="rail-label">{label}</span>
          {path === '/alerts' && unread > 0 && (
            <span className="badge" aria-label={`${unread} unread`}>
              {unread > 99 ? '99+' : unread}
            </span>
          )}
          {path === '/jobs' && active > 0 && (
            <span className="badge" aria-label={`${active} not finished`}>
              {active > 99 ? '99+' : active}
            </span>
          )}
        </Link>
      ))}
      <span className="space" />
      <Link
        href="/settings"
        aria-current={isCurrent('/settings') ? 'page' : undefined}
        title="Settings"
        onClick={letGo}
      >
        <IconSettings size={18} stroke={1.75} aria-hidden="true" />
        <span className="rail-label">Settings</span>
      </Link>
    </nav>
  );
}
