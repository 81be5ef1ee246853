import { PasswordInput } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopyCheck, IconTags } from '@tabler/icons-react';
import { useState } from 'react';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { type Chosen, nameOf, type Outcome } from './add-run.ts';

const WORDS = {
  added: { label: 'Added', icon: IconCheck },
  merged: { label: 'Already there, tags and flags merged', icon: IconTags },
  there: { label: 'Already there', icon: IconCopyCheck },
  refused: { label: 'Refused', icon: IconAlertTriangle },
} as const;

/** Lines shown at once; the refused come first, so that none of them is hidden. */
const SHOWN = 500;
const ORDER = ['refused', 'merged', 'there', 'added'] as const;

/** What became of each line. What was refused can be kept as it is; an archive that is locked asks for its password. */
export function AddResult(props: {
  outcomes: readonly Outcome[];
  locked: readonly Chosen[];
  isBusy: boolean;
  error: unknown;
  onKeep(refused: Outcome[]): void;
  onPassword(password: string): void;
  onMore(): void;
  onClose(): void;
}) {
  const { outcomes, locked } = props;
  const [password, setPassword] = useState('');
  const refused = outcomes.filter(({ state, source }) => state === 'refused' && source !== undefined);
  const sorted = outcomes.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.line - b.line);
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (locked.length > 0 && password !== '') props.onPassword(password);
      }}
    >
      <div className="row wrap f12 t2" role="status">
        {ORDER.map((state) => {
          const n = outcomes.filter((each) => each.state === state).length;
          return n === 0 ? null : (
            <span key={state}>
              <b className="t1">{count(n)}</b> {WORDS[state].label.toLowerCase()}
            </span>
          );
        })}
      </div>
      {locked.length > 0 && (
        <div className="add-files">
          <p className="f12 t2 breaks">
            {plural(locked.length, 'archive')} locked: <Text>{locked.map(nameOf).slice(0, 3).join(', ')}</Text>. Neither
            infected nor malware opens {locked.length === 1 ? 'it' : 'them'}.
          </p>
          <PasswordInput
            label="Password"
            autoComplete="off"
            data-autofocus
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </div>
      )}
      {outcomes.length > 0 && (
        <div className="table-preview scroll" tabIndex={0} role="region" aria-label="What became of each line">
          <table>
            <thead>
              <tr>
                <th scope="col">Line</th>
                <th scope="col">Value</th>
                <th scope="col">Outcome</th>
              </tr>
            </thead>
            <tbody>
              {sorted.slice(0, SHOWN).map((each, index) => {
                const { label, icon: Icon } = WORDS[each.state];
                return (
                  <tr key={index}>
                    <td className="t3">{count(each.line)}</td>
                    <td className="mono">
                      <Text>{each.text.slice(0, 200)}</Text>
                    </td>
                    <td>
                      <span className="row tight">
                        <Icon size={13} stroke={1.75} aria-hidden="true" />
                        {each.reason === '' ? label : <Text>{each.reason}</Text>}
                      </span>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {outcomes.length > SHOWN && <p className="f12 t3">and {count(outcomes.length - SHOWN)} more</p>}
      {props.error !== undefined && <ErrorNote error={props.error} />}
      <div className="dialog-actions">
        {refused.length > 0 && (
          <Button isDisabled={props.isBusy} onClick={() => props.onKeep(refused)}>
            Keep {plural(refused.length, 'refused value')} anyway
          </Button>
        )}
        <Button onClick={props.onMore}>Add more</Button>
        {locked.length > 0 ? (
          <Button type="submit" kind="primary" isDisabled={password === '' || props.isBusy}>
            Open
          </Button>
        ) : (
          <Button kind="primary" onClick={props.onClose} autoFocus>
            Done
          </Button>
        )}
      </div>
    </form>
  );
}
