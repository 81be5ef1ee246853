import { IconBriefcase2, IconCpu, IconFingerprint, IconInbox, IconListCheck, IconSettings } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { useEngagement } from '../../state/engagement.ts';
import { activityQuery } from './queries.ts';

const SCREENS = [
  { path: '/intake', label: 'Intake', Icon: IconInbox },
  { path: '/cases', label: 'Cases', Icon: IconBriefcase2 },
  { path: '/observables', label: 'Observables', Icon: IconFingerprint },
  { path: '/jobs', label: 'Jobs', Icon: IconListCheck },
  { path: '/analyzers', label: 'Analyzers', Icon: IconCpu },
] as const;

export function Rail() {
  const [location] = useLocation();
  const engagement = useEngagement();
  const { data } = useQuery(activityQuery(engagement?.id));
  const active = (data?.running ?? 0) + (data?.queued ?? 0) + (data?.waiting ?? 0);
  const isCurrent = (path: string): boolean => location === path || location.startsWith(`${path}/`);
  return (
    <nav className="rail" aria-label="Screens">
      {SCREENS.map(({ path, label, Icon }) => (
        <Link key={path} href={path} aria-current={isCurrent(path) ? 'page' : undefined} title={label}>
          <Icon size={18} stroke={1.75} aria-hidden="true" />
          <span className="label">{label}</span>
          {path === '/jobs' && active > 0 && (
            <span className="badge" aria-label={`${active} not finished`}>
              {active > 99 ? '99+' : active}
            </span>
          )}
        </Link>
      ))}
      <span className="space" />
      <Link href="/settings" aria-current={isCurrent('/settings') ? 'page' : undefined} title="Settings">
        <IconSettings size={18} stroke={1.75} aria-hidden="true" />
        <span className="label">Settings</span>
      </Link>
    </nav>
  );
}
