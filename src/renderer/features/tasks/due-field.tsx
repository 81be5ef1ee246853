import { useState } from 'react';
import type { Clock } from '../../ui/format.ts';
import { usePrefs } from '../../ui/prefs.ts';

const two = (n: number): string => String(n).padStart(2, '0');

/** A time as the browser's own field writes it, by the clock that the window shows. */
export function toFieldText(at: number, clock: Clock): string {
  const date = new Date(at);
  if (clock === 'utc') return date.toISOString().slice(0, 16);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

const WHOLE = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d/;

/** UTC milliseconds, null for an empty field, undefined for what is no time (yet). */
export function fromFieldText(text: string, clock: Clock): number | null | undefined {
  if (text === '') return null;
  if (!WHOLE.test(text)) return undefined;
  const at = Date.parse(clock === 'utc' ? `${text}Z` : text);
  return Number.isNaN(at) || at < 0 ? undefined : at;
}

/** When something is due: taken on leaving the field or Enter, so that a half-typed year changes nothing. */
export function DueField(props: { label: string; value: number | null; onChange(value: number | null): void }) {
  const clock = usePrefs((prefs) => prefs.clock);
  const stored = props.value === null ? '' : toFieldText(props.value, clock);
  const [typed, setTyped] = useState<string>();
  const take = (): void => {
    const at = typed === undefined ? undefined : fromFieldText(typed, clock);
    setTyped(undefined);
    if (at !== undefined && typed !== stored) props.onChange(at);
  };
  return (
    <span className="row tight due-field">
      <input
        type="datetime-local"
        className="field"
        aria-label={`${props.label}${clock === 'utc' ? ', UTC' : ''}`}
        value={typed ?? stored}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key === 'Enter') take();
          if (event.key === 'Escape') setTyped(undefined);
        }}
      />
      {clock === 'utc' && <span className="f11 t3">UTC</span>}
    </span>
  );
}
