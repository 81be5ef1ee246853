import { useQuery } from '@tanstack/react-query';
import type { CaseFilter } from '../../../shared/contract/case-list.ts';
import { CASE_STATUSES, RESOLUTIONS } from '../../../shared/contract/entities.ts';
import { SEVERITY_WORDS } from '../../ui/chips.tsx';
import { Facet } from '../../ui/facet.tsx';
import { RESOLUTION_WORDS, toggleIn, toggleTag } from './case-filter-words.ts';
import { statsQuery } from './queries.ts';
import { CASE_STATUS_WORDS } from './status-words.ts';

const TAGS_SHOWN = 8;
const PEOPLE_SHOWN = 5;

/** How many cases there are of each kind, whatever the filter; each number filters by what it counts. */
export function CaseCounts(props: { engagementId: string; filter: CaseFilter; onFilter(filter: CaseFilter): void }) {
  const { filter, onFilter } = props;
  const { data } = useQuery(statsQuery(props.engagementId));
  if (!data) return null;
  return (
    <>
      <h2 className="facet-title">Status</h2>
      {CASE_STATUSES.map((status) => (
        <Facet
          key={status}
          icon={null}
          label={CASE_STATUS_WORDS[status]}
          n={data.statuses[status] ?? 0}
          isOn={filter.statuses?.includes(status) ?? false}
          onToggle={() => onFilter(toggleIn(filter, 'statuses', status))}
        />
      ))}
      <h2 className="facet-title">Resolution</h2>
      {RESOLUTIONS.toReversed()
        .filter((resolution) => resolution !== 'duplicated')
        .map((resolution) => (
          <Facet
            key={resolution}
            icon={null}
            label={RESOLUTION_WORDS[resolution]}
            n={data.resolutions[resolution] ?? 0}
            isOn={filter.resolutions?.includes(resolution) ?? false}
            onToggle={() => onFilter(toggleIn(filter, 'resolutions', resolution))}
          />
        ))}
      <h2 className="facet-title">Severity</h2>
      {[4, 3, 2, 1].map((severity) => (
        <Facet
          key={severity}
          icon={null}
          label={SEVERITY_WORDS[severity - 1] ?? ''}
          n={data.severities[severity] ?? 0}
          isOn={filter.severities?.includes(severity) ?? false}
          onToggle={() => onFilter(toggleIn(filter, 'severities', severity))}
        />
      ))}
      {data.tags.length > 0 && <h2 className="facet-title">Top tags</h2>}
      {data.tags.slice(0, TAGS_SHOWN).map(({ value, n }) => (
        <Facet
          key={value}
          icon={null}
          label={value}
          title={value}
          n={n}
          isOn={filter.tags?.all?.includes(value) ?? false}
          onToggle={() => onFilter(toggleTag(filter, value))}
        />
      ))}
      <h2 className="facet-title">Assignee</h2>
      {data.assignees.slice(0, PEOPLE_SHOWN).map(({ value, n }) => (
        <Facet
          key={value}
          icon={null}
          label={value === '' ? 'Nobody' : value}
          title={value}
          n={n}
          isOn={filter.assignees?.includes(value) ?? false}
          onToggle={() => onFilter(toggleIn(filter, 'assignees', value))}
        />
      ))}
    </>
  );
}
