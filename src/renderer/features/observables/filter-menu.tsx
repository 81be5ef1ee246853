import { Popover } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconX } from '@tabler/icons-react';
import { PAP_LABELS, TLP_LABELS } from '../../../shared/model/marking.ts';
import { PapChip, TlpChip } from '../../ui/chips.tsx';
import { Button } from '../../ui/controls.tsx';
import { chosen, FIELD_HELP, type FilterState, type Side, toggled } from './filter-state.ts';

const DAY = 86_400_000;

/** Markings and dates, and what the filter field takes. */
export function FilterMenu({ state, onChange }: { state: FilterState; onChange(state: FilterState): void }) {
  const n =
    Object.keys(state.tlps).length +
    Object.keys(state.paps).length +
    (state.addedFrom === null ? 0 : 1) +
    (state.addedBefore === null ? 0 : 1);
  const sideOf = (shift: boolean, now: Side | undefined): Side => (shift || now === 'not' ? 'not' : 'on');
  const day = (at: number | null): string => (at === null ? '' : new Date(at).toISOString().slice(0, 10));
  const parse = (text: string): number | null => (text === '' ? null : Date.parse(`${text}T00:00:00Z`));
  return (
    <Popover position="bottom-end" trapFocus width={380}>
      <Popover.Target>
        <Button size="small" isPressed={n > 0} label="Markings, dates and help">
          <IconAdjustmentsHorizontal size={14} stroke={1.75} aria-hidden="true" />
          {n > 0 && <span className="count">{n}</span>}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="filter-menu">
          <h3>TLP</h3>
          <div className="row tight wrap">
            {TLP_LABELS.map((tlp) => (
              <button
                key={tlp}
                type="button"
                className="pick"
                aria-pressed={state.tlps[tlp] !== undefined}
                title="Shift-click leaves it out"
                onClick={(event) =>
                  onChange({ ...state, tlps: toggled(state.tlps, tlp, sideOf(event.shiftKey, state.tlps[tlp])) })
                }
              >
                {state.tlps[tlp] === 'not' && <span className="f12">not </span>}
                <TlpChip tlp={tlp} />
              </button>
            ))}
          </div>
          <h3>PAP</h3>
          <div className="row tight wrap">
            {PAP_LABELS.map((pap) => (
              <button
                key={pap}
                type="button"
                className="pick"
                aria-pressed={state.paps[pap] !== undefined}
                title="Shift-click leaves it out"
                onClick={(event) =>
                  onChange({ ...state, paps: toggled(state.paps, pap, sideOf(event.shiftKey, state.paps[pap])) })
                }
              >
                {state.paps[pap] === 'not' && <span className="f12">not </span>}
                <PapChip pap={pap} />
              </button>
            ))}
          </div>
          <h3>Added (UTC)</h3>
          <div className="row">
            <label className="f12 row tight">
              from
              <input
                type="date"
                className="date"
                value={day(state.addedFrom)}
                onChange={(event) => onChange({ ...state, addedFrom: parse(event.target.value) })}
              />
            </label>
            <label className="f12 row tight">
              to
              <input
                type="date"
                className="date"
                value={day(state.addedBefore === null ? null : state.addedBefore - DAY)}
                onChange={(event) => {
                  const at = parse(event.target.value);
                  onChange({ ...state, addedBefore: at === null ? null : at + DAY });
                }}
              />
            </label>
          </div>
          <h3>The filter field takes</h3>
          <dl className="field-help">
            {FIELD_HELP.map(([what, means]) => (
              <div key={what}>
                <dt className="mono">{what}</dt>
                <dd>{means}</dd>
              </div>
            ))}
          </dl>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** What no facet or field shows: markings and dates, each with a way to take it off. */
export function FilterChips({ state, onChange }: { state: FilterState; onChange(state: FilterState): void }) {
  const chips: { label: string; without: Partial<FilterState> }[] = [
    ...(['on', 'not'] as const).flatMap((side) => [
      ...chosen(state.tlps, side).map((tlp) => ({
        label: `${side === 'not' ? 'not ' : ''}TLP:${tlp.toUpperCase()}`,
        without: { tlps: toggled(state.tlps, tlp, side) },
      })),
      ...chosen(state.paps, side).map((pap) => ({
        label: `${side === 'not' ? 'not ' : ''}PAP:${pap.toUpperCase()}`,
        without: { paps: toggled(state.paps, pap, side) },
      })),
    ]),
    ...(state.addedFrom === null
      ? []
      : [{ label: `from ${new Date(state.addedFrom).toISOString().slice(0, 10)}`, without: { addedFrom: null } }]),
    ...(state.addedBefore === null
      ? []
      : [
          {
            label: `to ${new Date(state.addedBefore - DAY).toISOString().slice(0, 10)}`,
            without: { addedBefore: null },
          },
        ]),
  ];
  return chips.map(({ label, without }) => (
    <button
      key={label}
      type="button"
      className="filter-chip"
      aria-pressed
      aria-label={`Take off ${label}`}
      onClick={() => onChange({ ...state, ...without })}
    >
      {label}
      <IconX size={13} stroke={1.75} aria-hidden="true" />
    </button>
  ));
}
