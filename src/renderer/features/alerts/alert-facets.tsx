import { IconBuildingBroadcastTower, IconCategory, IconTag } from '@tabler/icons-react';
import { ALERT_STATUSES } from '../../../shared/contract/alerts.ts';
import type { Output } from '../../api/client.ts';
import { SEVERITY_WORDS } from '../../ui/chips.tsx';
import { Facet } from '../../ui/facet.tsx';
import { STATUS_WORDS, StatusIcon } from './alert-words.tsx';
import type { ListFilter } from './list-state.ts';

type Counts = Output<'alerts.counts'>;

/** What there is, counted over all alerts of the engagement; a click filters, another one takes it off. */
export function AlertFacets(props: { counts: Counts; filter: ListFilter; onChange(filter: ListFilter): void }) {
  const { counts, filter } = props;
  const set = (patch: Partial<ListFilter>): void => props.onChange({ ...filter, ...patch });
  const named = (list: Record<string, number>, icon: React.ReactNode, key: 'type' | 'source') =>
    Object.entries(list)
      .slice(0, 12)
      .map(([name, n]) => (
        <Facet
          key={name}
          icon={icon}
          label={name}
          title={name}
          n={n}
          isOn={filter[key] === name}
          onToggle={() => set({ [key]: filter[key] === name ? undefined : name })}
        />
      ));
  return (
    <div className="facets scroll">
      <h2>State</h2>
      {ALERT_STATUSES.map((status) => (
        <Facet
          key={status}
          icon={<StatusIcon status={status} />}
          label={STATUS_WORDS[status]}
          n={counts.statuses[status] ?? 0}
          isOn={filter.which === status}
          onToggle={() => set({ which: filter.which === status ? 'all' : status })}
        />
      ))}
      <h2>Severity</h2>
      {[4, 3, 2, 1].map((severity) => (
        <Facet
          key={severity}
          icon={null}
          label={SEVERITY_WORDS[severity - 1] ?? ''}
          n={counts.severities[String(severity)] ?? 0}
          isOn={filter.severity === severity}
          onToggle={() => set({ severity: filter.severity === severity ? undefined : severity })}
        />
      ))}
      {Object.keys(counts.types).length > 0 && <h2>Type</h2>}
      {named(counts.types, <IconCategory size={14} stroke={1.75} aria-hidden="true" />, 'type')}
      {Object.keys(counts.sources).length > 0 && <h2>Source</h2>}
      {named(counts.sources, <IconBuildingBroadcastTower size={14} stroke={1.75} aria-hidden="true" />, 'source')}
      {counts.tags.length > 0 && <h2>Tags</h2>}
      {counts.tags.slice(0, 12).map(({ tag, count }) => (
        <Facet
          key={tag}
          icon={<IconTag size={14} stroke={1.75} aria-hidden="true" />}
          label={tag}
          title={tag}
          n={count}
          isOn={filter.tag === tag}
          onToggle={() => set({ tag: filter.tag === tag ? undefined : tag })}
        />
      ))}
    </div>
  );
}
