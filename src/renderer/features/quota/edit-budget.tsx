import { Modal, NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { QuotaBudget, QuotaWindow, WindowView } from '../../../shared/contract/quota.ts';
import { A_WINDOW } from '../../../shared/model/quota-sentence.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { WINDOW_WORDS } from './budget-words.ts';
import { useSetBudget } from './queries.ts';

type Draft = Record<QuotaWindow, { units: number | ''; isCalendar: boolean }>;

const WINDOWS: readonly QuotaWindow[] = ['minute', 'hour', 'day', 'month'];

const draftOf = (views: readonly WindowView[]): Draft => {
  const of = (window: QuotaWindow): Draft[QuotaWindow] => {
    const view = views.find((each) => each.window === window);
    return { units: view?.units ?? '', isCalendar: view?.isCalendar ?? (window === 'day' || window === 'month') };
  };
  return { minute: of('minute'), hour: of('hour'), day: of('day'), month: of('month') };
};

/** The limits of a budget. An empty field is no limit; what is saved here stays, whatever card and service say. */
export function EditBudget(props: { budget: QuotaBudget; isOpen: boolean; onClose(): void }) {
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title={
        <>
          Limits of <Text>{props.budget.key}</Text>
        </>
      }
      size="md"
    >
      {props.isOpen && <EditForm budget={props.budget} onClose={props.onClose} />}
    </Modal>
  );
}

function EditForm({ budget, onClose }: { budget: QuotaBudget; onClose(): void }) {
  const [draft, setDraft] = useState(() => draftOf(budget.windows));
  const [zone, setZone] = useState(budget.windows.find((view) => view.isCalendar)?.zone ?? 'UTC');
  const save = useSetBudget();
  const set = (window: QuotaWindow, change: Partial<Draft[QuotaWindow]>): void =>
    setDraft({ ...draft, [window]: { ...draft[window], ...change } });
  const send = (windows: Parameters<typeof save.mutate>[0]['windows'], said: string): void =>
    save.mutate(
      { key: budget.key, windows },
      {
        onSuccess: () => {
          toast(said);
          onClose();
        },
      },
    );
  const isSetByUser = budget.windows.some(({ origin }) => origin === 'user');
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        const windows = WINDOWS.flatMap((window) => {
          const { units, isCalendar } = draft[window];
          return units === '' ? [] : [{ window, units, isCalendar, zone: zone.trim() }];
        });
        send(windows, 'Limits saved');
      }}
    >
      {WINDOWS.map((window) => (
        <div key={window} className="quota-limit">
          <NumberInput
            label={`Calls ${A_WINDOW[window]}`}
            placeholder="no limit"
            min={0}
            max={1_000_000_000}
            allowDecimal={false}
            thousandSeparator=","
            value={draft[window].units}
            onChange={(value) => set(window, { units: typeof value === 'number' ? value : '' })}
          />
          <Select
            label={`${WINDOW_WORDS[window]} begins`}
            data={[
              {
                value: 'calendar',
                label: window === 'day' ? 'at midnight' : window === 'month' ? 'on the 1st' : 'on the full one',
              },
              { value: 'sliding', label: 'with each call' },
            ]}
            value={draft[window].isCalendar ? 'calendar' : 'sliding'}
            allowDeselect={false}
            onChange={(value) => set(window, { isCalendar: value === 'calendar' })}
          />
        </div>
      ))}
      <TextInput
        label="Midnight of which zone"
        description="The service's own, such as UTC or America/Los_Angeles."
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        value={zone}
        onChange={(event) => setZone(event.currentTarget.value)}
      />
      {save.error && <ErrorNote error={save.error} />}
      <div className="dialog-actions">
        {isSetByUser && (
          <Button onClick={() => send(null, 'The published limits hold again')}>Use the published limits</Button>
        )}
        <span className="grow" />
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" isDisabled={save.isPending}>
          Save limits
        </Button>
      </div>
    </form>
  );
}
