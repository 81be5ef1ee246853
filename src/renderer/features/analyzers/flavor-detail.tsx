import { IconAlertTriangle, IconHourglass, IconPlugConnectedX } from '@tabler/icons-react';
import type { DoctorLine } from '../../../shared/contract/doctor.ts';
import { Tag } from '../../ui/chips.tsx';
import { Tabs } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { typeWords } from '../../ui/icons.tsx';
import { Text } from '../../ui/text.tsx';
import { FlavorSettings } from '../analyzer-settings/flavor-settings.tsx';
import type { CatalogueRow } from './catalogue-filter.ts';
import { EnvironmentTab } from './environment-tab.tsx';
import { FlavorCard } from './flavor-card.tsx';
import { TestTab } from './test-tab.tsx';

export type DetailTab = 'card' | 'settings' | 'environment' | 'test';

const TABS: readonly { value: DetailTab; label: string }[] = [
  { value: 'card', label: 'Card' },
  { value: 'settings', label: 'Settings' },
  { value: 'environment', label: 'Environment' },
  { value: 'test', label: 'Test' },
];

/** About the current analyzer: whether it can run, what it sends, and everything to make it run. */
export function FlavorDetail(props: { row: CatalogueRow; tab: DetailTab; onTab(tab: DetailTab): void }) {
  const { flavor, line } = props.row;
  const { tab } = props;
  return (
    <>
      <div className="section flavor-head">
        <h2 className="breaks">
          <Text>{flavor.name}</Text>{' '}
          <span className="t3">
            <Text>{flavor.version}</Text>
          </span>
        </h2>
        <p className="t2 f12 breaks">
          <Text>{flavor.description}</Text>
        </p>
        <div className="row tight wrap">
          {flavor.dataTypes.map((type) => (
            <Tag key={type}>{typeWords(type)}</Tag>
          ))}
        </div>
        {line && <Doctor line={line} />}
      </div>
      <Tabs label="About this analyzer" value={tab} options={TABS} onChange={(next) => props.onTab(next)} />
      <div className="scroll grow">
        {tab === 'card' && <FlavorCard flavor={flavor} />}
        {tab === 'settings' && (
          <div className="section">
            <FlavorSettings key={flavor.id} flavorId={flavor.id} />
          </div>
        )}
        {tab === 'environment' && <EnvironmentTab key={flavor.id} flavor={flavor} />}
        {tab === 'test' && <TestTab key={flavor.id} flavor={flavor} />}
      </div>
    </>
  );
}

/** The doctor's line; the rest of what is in its way stands behind it. */
function Doctor({ line: { state, line, reasons, notes } }: { line: DoctorLine }) {
  const more = [...reasons.slice(1).map(({ message }) => message), ...notes];
  return (
    <div className="doctor">
      <p className="row tight f12">
        {state === 'ready' && <span className="health" aria-hidden="true" />}
        {state === 'needs_link' && <IconHourglass size={14} stroke={1.75} className="t3" aria-hidden="true" />}
        {state === 'cannot' && <IconPlugConnectedX size={14} stroke={1.75} className="t3" aria-hidden="true" />}
        <span className="breaks">
          <Text>{line}</Text>
        </span>
      </p>
      {more.length > 0 && (
        <details>
          <summary className="f12 t3">{plural(more.length, 'more thing')}</summary>
          <ul className="f12 t2 breaks">
            {more.map((one) => (
              <li key={one} className="row tight">
                <IconAlertTriangle size={13} stroke={1.75} className="t3" aria-hidden="true" />
                <span>
                  <Text>{one}</Text>
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
