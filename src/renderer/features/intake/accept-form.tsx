import { Checkbox, Menu, Popover, TextInput } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconChevronDown, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Engagement } from '../../../shared/contract/entities.ts';
import { PapPicker, TlpPicker } from '../../ui/chips.tsx';
import { Button } from '../../ui/controls.tsx';
import { TagField } from '../../ui/tag-field.tsx';
import { Text } from '../../ui/text.tsx';
import type { AcceptOptions } from './accept-options.ts';
import { caseChoicesQuery } from './queries.ts';

/** Which case the accepted ones go into, and as what. */
export function AcceptForm(props: {
  engagement: Engagement;
  options: AcceptOptions;
  onChange(options: AcceptOptions): void;
}) {
  const { options, engagement } = props;
  const { data } = useQuery(caseChoicesQuery(engagement.id));
  const chosen = data?.items.find((each) => each.id === options.caseId);
  const set = (patch: Partial<AcceptOptions>): void => props.onChange({ ...options, ...patch });
  return (
    <>
      <Menu position="bottom-end" width={360}>
        <Menu.Target>
          <button type="button" className="field into" title="Into which case">
            <span className="t3">Into</span>
            <span className="t1 el">
              {chosen ? (
                <>
                  #{chosen.number} <Text>{chosen.title}</Text>
                </>
              ) : (
                <>
                  New case “<Text>{options.title}</Text>”
                </>
              )}
            </span>
            <IconChevronDown size={14} stroke={1.75} aria-hidden="true" />
          </button>
        </Menu.Target>
        <Menu.Dropdown className="scroll" mah={360}>
          <Menu.Item leftSection={<IconPlus size={14} stroke={1.75} />} onClick={() => set({ caseId: null })}>
            New case
          </Menu.Item>
          {data && data.items.length > 0 && <Menu.Label>Cases of {engagement.name}</Menu.Label>}
          {data?.items.map((each) => (
            <Menu.Item key={each.id} onClick={() => set({ caseId: each.id })}>
              <span className="mono t3">#{each.number}</span> <Text>{each.title}</Text>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Popover position="bottom-end" trapFocus>
        <Popover.Target>
          <Button kind="ghost" isIcon label="How they enter the case">
            <IconAdjustmentsHorizontal size={16} stroke={1.75} />
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <div className="intake-options">
            {options.caseId === null && (
              <TextInput
                label="Title of the new case"
                value={options.title}
                maxLength={500}
                onChange={(event) => set({ title: event.target.value })}
              />
            )}
            <div>
              <span className="label">Marking of what is added</span>
              <span className="row tight">
                <TlpPicker
                  label="Added observables"
                  isInPopover
                  value={options.tlp ?? chosen?.tlp ?? engagement.tlp}
                  onChange={(tlp) => set({ tlp })}
                />
                <PapPicker
                  label="Added observables"
                  isInPopover
                  value={options.pap ?? chosen?.pap ?? engagement.pap}
                  onChange={(pap) => set({ pap })}
                />
              </span>
            </div>
            <TagField label="Tags" tags={options.tags} max={100} onChange={(tags) => set({ tags })} />
            <Checkbox
              label="Mark them as IOC"
              checked={options.isIoc}
              onChange={(event) => set({ isIoc: event.currentTarget.checked })}
            />
            <Checkbox
              label="Mark them as sighted"
              checked={options.isSighted}
              onChange={(event) => set({ isSighted: event.currentTarget.checked })}
            />
          </div>
        </Popover.Dropdown>
      </Popover>
    </>
  );
}
