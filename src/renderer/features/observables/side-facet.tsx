import type { ReactNode } from 'react';
import { count } from '../../ui/format.ts';
import '../../ui/facet.css';
import type { Side } from './filter-state.ts';

/** One thing to filter by: a click keeps it, with Shift it is left out. */
export function SideFacet(props: {
  icon: ReactNode;
  label: string;
  n: number;
  side: Side | undefined;
  onToggle(side: Side): void;
}) {
  const isNot = props.side === 'not';
  return (
    <button
      type="button"
      className={isNot ? 'facet not' : 'facet'}
      aria-pressed={props.side !== undefined}
      title={`${props.label}. Shift-click leaves it out`}
      onClick={(event) => props.onToggle(event.shiftKey || isNot ? 'not' : 'on')}
    >
      {props.icon}
      <span className="el">
        {isNot && <span className="m">not </span>}
        {props.label}
      </span>
      <span className="facet-count">{count(props.n)}</span>
    </button>
  );
}
