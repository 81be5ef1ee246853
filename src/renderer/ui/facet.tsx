import type { ReactNode } from 'react';
import { count } from './format.ts';
import './facet.css';

/** One thing to filter by, with how many there are. Counts that stop at `most` are shown as "1,000+". */
export function Facet(props: {
  icon: ReactNode;
  label: string;
  /** Quieter, behind the label. */
  note?: string | undefined;
  title?: string | undefined;
  n: number;
  most?: number;
  isOn: boolean;
  onToggle(): void;
}) {
  const isMore = props.most !== undefined && props.n >= props.most;
  return (
    <button type="button" className="facet" aria-pressed={props.isOn} title={props.title} onClick={props.onToggle}>
      {props.icon}
      <span className="el">
        {props.label}
        {props.note !== undefined && <span className="t3"> {props.note}</span>}
      </span>
      <span className="facet-count">{isMore ? `${count(props.most ?? 0)}+` : count(props.n)}</span>
    </button>
  );
}
