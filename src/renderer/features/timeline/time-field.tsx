import { type Ref, useId } from 'react';
import { parseTime, type TimeReading } from '../../../shared/model/time/parse-time.ts';
import { rfc3339 } from '../../../shared/model/time/write-time.ts';
import { useNow } from '../../ui/use-now.ts';
import { zoneWords } from './words.ts';

export interface TypedTime {
  text: string;
  /** Which of several readings was chosen. */
  choice: number | undefined;
}

/** The reading of what was typed, with the choice taken. `now` in UTC milliseconds, for `now` and for times without a year. */
export function readTyped(typed: TypedTime, zone: string, now: number): TimeReading {
  const reading = parseTime(typed.text, { zone, now });
  if (reading.state !== 'ask' || typed.choice === undefined) return reading;
  const chosen = reading.choices[typed.choice];
  return chosen === undefined ? reading : { state: 'known', time: chosen.time };
}

/** A time in words or numbers; below it how it was read, or the question that it leaves open. */
export function TimeField({
  field,
  ...props
}: {
  label: string;
  typed: TypedTime;
  zone: string;
  onChange(typed: TypedTime): void;
  onCommit(): void;
  onCancel?(): void;
  field?: Ref<HTMLInputElement>;
  isQuietEmpty?: boolean;
}) {
  const { typed, zone } = props;
  const id = useId();
  const now = useNow();
  const open = parseTime(typed.text, { zone, now });
  const reading = readTyped(typed, zone, now);
  return (
    <div className="time-field">
      <div className="field">
        <input
          ref={field}
          aria-label={props.label}
          aria-describedby={id}
          aria-invalid={reading.state === 'bad' && typed.text !== ''}
          className="mono"
          placeholder="2026-11-20 14:03 CET"
          value={typed.text}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => props.onChange({ text: event.target.value, choice: undefined })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              event.preventDefault();
              props.onCommit();
            }
            if (event.key === 'Escape' && props.onCancel) {
              event.preventDefault();
              event.stopPropagation();
              props.onCancel();
            }
          }}
        />
      </div>
      <div id={id} className="f12 t3 time-read" aria-live="polite">
        {typed.text === '' && props.isQuietEmpty
          ? null
          : reading.state === 'known' && (
              <>
                {rfc3339(reading.time.at, reading.time.zone, reading.time.precision)}
                {reading.time.endAt !== null &&
                  ` to ${rfc3339(reading.time.endAt, reading.time.zone, reading.time.precision)}`}{' '}
                · {zoneWords(reading.time.zone, reading.time.at)} · {reading.time.form}
                {reading.time.notes.map((note) => (
                  <span key={note} className="breaks">
                    {' '}
                    · {note}
                  </span>
                ))}
              </>
            )}
        {reading.state === 'bad' && typed.text !== '' && <span className="field-error">{reading.reason}</span>}
        {reading.state === 'ask' && <span className="t1">{reading.question}</span>}
      </div>
      {open.state === 'ask' && (
        <div className="time-choices" role="radiogroup" aria-label={open.question}>
          {open.choices.map((choice, index) => (
            <label key={choice.label} className="f12">
              <input
                type="radio"
                name={id}
                checked={typed.choice === index}
                onChange={() => props.onChange({ ...typed, choice: index })}
              />
              {choice.label}
            </label>
          ))}
        </div>
      )}
    </div>
  );
}
