import type { ReactNode } from 'react';
import { count } from './format.ts';
import './facet.css';

/** One thing to filter by, with how many there are. */
export function Facet(props: { icon: ReactNode; label: string; n: number; isOn: boolean; onToggle(): void }) {
  return (
    <button type="button" className="facet" aria-pressed={props.isOn} onClick={props.onToggle}>
      {props.icon}
      <span className="el">{props.label}</span>
      <span className="facet-count">{count(props.n)}</span>
    </button>
  );
}
