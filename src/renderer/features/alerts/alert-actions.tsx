import { Menu, Select } from '@mantine/core';
import { IconDotsVertical } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { AlertDetail } from '../../../shared/contract/alerts.ts';
import { Button } from '../../ui/controls.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { detachAlerts, followAlerts, ignoreAlerts, importAlerts, markAlerts, trashAlerts } from './actions.ts';
import { templatesQuery } from './queries.ts';

const OWN = 'own';
const NONE = 'none';

/** What can be done with one alert; every action is also on a key of the list. */
export function AlertActions(props: {
  alert: AlertDetail;
  /** Undefined: the alert's own; '' none. */
  caseTemplate: string | undefined;
  onTemplate(name: string | undefined): void;
  onMerge(): void;
  /** While a selection has the filled button, this one has none. */
  isQuiet?: boolean;
}) {
  const { alert, caseTemplate } = props;
  const ids = [alert.id];
  const { data: templates } = useQuery(templatesQuery);
  const isFree = alert.caseId === null;
  return (
    <div className="alert-actions">
      {isFree ? (
        <>
          <Button
            {...(props.isQuiet ? {} : { kind: 'primary' as const })}
            size="small"
            keys="i"
            onClick={() => void importAlerts(ids, caseTemplate)}
          >
            Import as case <Kbd keys={['I']} />
          </Button>
          {(templates?.length ?? 0) > 0 && (
            <Select
              aria-label="Case template"
              size="xs"
              w={150}
              allowDeselect={false}
              comboboxProps={{ withinPortal: true }}
              data={[
                { value: OWN, label: alert.caseTemplate === '' ? 'No template' : alert.caseTemplate },
                ...(alert.caseTemplate === '' ? [] : [{ value: NONE, label: 'No template' }]),
                ...(templates ?? [])
                  .filter(({ name }) => name !== alert.caseTemplate)
                  .map(({ name }) => ({ value: `t:${name}`, label: name })),
              ]}
              value={caseTemplate === undefined ? OWN : caseTemplate === '' ? NONE : `t:${caseTemplate}`}
              onChange={(value) =>
                props.onTemplate(
                  value === null || value === OWN ? undefined : value === NONE ? '' : value.slice('t:'.length),
                )
              }
            />
          )}
          <Button size="small" keys="m" onClick={props.onMerge}>
            Merge… <Kbd keys={['M']} />
          </Button>
        </>
      ) : (
        <Button size="small" onClick={() => void detachAlerts(ids)}>
          Detach from case
        </Button>
      )}
      <Button size="small" keys={alert.isRead ? 'u' : 'r'} onClick={() => void markAlerts(ids, !alert.isRead)}>
        {alert.isRead ? 'Unread' : 'Read'} <Kbd keys={[alert.isRead ? 'U' : 'R']} />
      </Button>
      <Menu position="top-end">
        <Menu.Target>
          <Button kind="ghost" size="small" isIcon label="More actions">
            <IconDotsVertical size={15} stroke={1.75} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void followAlerts(ids, !alert.isFollowed)}>
            {alert.isFollowed ? 'Do not show updates' : 'Follow updates'}
          </Menu.Item>
          <Menu.Item onClick={() => void ignoreAlerts(ids)}>Ignore: read, no updates (G)</Menu.Item>
          <Menu.Item onClick={() => void trashAlerts(ids)}>Move to trash (Del)</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
