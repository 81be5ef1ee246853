import { IconServer2, IconStar, IconUserExclamation } from '@tabler/icons-react';
import type { CaseAsset } from '../../../shared/contract/assets.ts';
import { EVENT_SOURCES, type TimelineFilter } from '../../../shared/contract/timeline.ts';
import { EVENT_KIND_WORDS, EVENT_KINDS, isOurs } from '../../../shared/model/event-kind.ts';
import type { Output } from '../../api/client.ts';
import { Facet } from '../../ui/facet.tsx';
import { plainVisible } from '../../ui/visible-text.ts';
import { SOURCE_WORDS } from './words.ts';

const toggled = <T,>(list: readonly T[] | undefined, item: T): T[] | undefined => {
  const next = list?.includes(item) ? list.filter((each) => each !== item) : [...(list ?? []), item];
  return next.length === 0 ? undefined : next;
};

/** What the timeline can be narrowed to; only what there is, with how much. */
export function TimelineSide(props: {
  counts: Output<'timeline.counts'>;
  assets: readonly CaseAsset[];
  filter: TimelineFilter;
  onFilter(filter: TimelineFilter): void;
}) {
  const { counts, filter, onFilter } = props;
  const set = (patch: { [K in keyof TimelineFilter]?: TimelineFilter[K] | undefined }): void =>
    onFilter(Object.fromEntries(Object.entries({ ...filter, ...patch }).filter(([, value]) => value !== undefined)));
  const withEvents = props.assets.filter((asset) => asset.events > 0 || asset.id === filter.assetId).slice(0, 200);
  return (
    <div className="scroll grow facet-list">
      <Facet
        icon={<IconStar size={14} stroke={1.75} aria-hidden="true" />}
        label="Starred"
        n={counts.starred}
        isOn={filter.isStarred === true}
        onToggle={() => set({ isStarred: filter.isStarred === true ? undefined : true })}
      />
      {counts.events > 0 && <h3 className="facet-head">Kind</h3>}
      {EVENT_KINDS.filter((kind) => (counts.kinds[kind] ?? 0) > 0 || filter.kinds?.includes(kind)).map((kind) => (
        <Facet
          key={kind}
          icon={<span className={isOurs(kind) ? 'kind-dot ours' : 'kind-dot'} aria-hidden="true" />}
          label={EVENT_KIND_WORDS[kind]}
          n={counts.kinds[kind] ?? 0}
          isOn={filter.kinds?.includes(kind) ?? false}
          onToggle={() => set({ kinds: toggled(filter.kinds, kind) })}
        />
      ))}
      {counts.events > 0 && <h3 className="facet-head">Source</h3>}
      {EVENT_SOURCES.filter((source) => (counts.sources[source] ?? 0) > 0 || filter.sources?.includes(source)).map(
        (source) => (
          <Facet
            key={source}
            icon={null}
            label={SOURCE_WORDS[source]}
            n={counts.sources[source] ?? 0}
            isOn={filter.sources?.includes(source) ?? false}
            onToggle={() => set({ sources: toggled(filter.sources, source) })}
          />
        ),
      )}
      {withEvents.length > 0 && <h3 className="facet-head">Assets</h3>}
      {withEvents.map((asset) => (
        <Facet
          key={asset.id}
          icon={
            asset.kind === 'account' || asset.kind === 'mailbox' ? (
              <IconUserExclamation size={14} stroke={1.75} aria-hidden="true" />
            ) : (
              <IconServer2 size={14} stroke={1.75} aria-hidden="true" />
            )
          }
          label={plainVisible(asset.name)}
          title={plainVisible(asset.name)}
          n={asset.events}
          isOn={filter.assetId === asset.id}
          onToggle={() => set({ assetId: filter.assetId === asset.id ? undefined : asset.id })}
        />
      ))}
    </div>
  );
}
