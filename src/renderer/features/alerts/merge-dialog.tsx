import { Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { mergeAlerts } from './actions.ts';
import { findCasesQuery, similarQuery } from './queries.ts';

/** Which case the alerts go into: typed as #12, 12 or words of the title; the similar ones of a single alert come first. */
export function MergeDialog(props: {
  ids: string[];
  engagementId: string | undefined;
  onClose(): void;
  onDone(): void;
}) {
  const { ids } = props;
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 150);
  const [failure, setFailure] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const { data } = useQuery({ ...findCasesQuery(props.engagementId, asked), placeholderData: keepPreviousData });
  const similar = useQuery({ ...similarQuery(ids[0] ?? '', 0, false), enabled: ids.length === 1 && asked === '' });
  const strongest = asked === '' ? (similar.data ?? []).slice(0, 4) : [];
  const others = (data?.items ?? []).filter(({ id }) => !strongest.some((one) => one.id === id));
  const merge = async (caseId: string): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await mergeAlerts(ids, caseId);
      props.onDone();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const first = strongest[0]?.id ?? others[0]?.id;
  return (
    <Modal opened onClose={props.onClose} title={`Merge ${plural(ids.length, 'alert')} into a case`} size={560}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (first !== undefined && !isBusy) void merge(first);
        }}
      >
        <TextInput
          label="Case"
          description="Its number, or words of its title. Enter takes the first."
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <ul className="merge-list" aria-label="Cases">
          {strongest.map((one) => (
            <li key={one.id}>
              <button type="button" className="merge-row" disabled={isBusy} onClick={() => void merge(one.id)}>
                <span className="mono t3">#{one.number}</span>
                <span className="el">
                  <Text>{one.title}</Text>
                </span>
                <span className="f12 t3">
                  shares {one.observables.shared}/{one.observables.of}
                </span>
              </button>
            </li>
          ))}
          {others.map((one) => (
            <li key={one.id}>
              <button type="button" className="merge-row" disabled={isBusy} onClick={() => void merge(one.id)}>
                <span className="mono t3">#{one.number}</span>
                <span className="el">
                  <Text>{one.title}</Text>
                </span>
                <span />
              </button>
            </li>
          ))}
        </ul>
        {data && strongest.length + others.length === 0 && (
          <p className="t2 f12">
            {asked === '' ? 'This engagement has no case yet.' : 'No case has that number or these words.'}
          </p>
        )}
        {failure !== null && <ErrorNote error={failure} />}
        <p className="help">
          The description is added under a heading, tags are united, observables are added or take over tags and marks.
          Undo takes all of it back.
        </p>
        <div className="dialog-actions">
          <Button onClick={props.onClose}>Cancel</Button>
        </div>
      </form>
    </Modal>
  );
}
