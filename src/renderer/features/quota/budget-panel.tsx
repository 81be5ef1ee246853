import { NumberInput, TextInput } from '@mantine/core';
import { IconArrowsSort, IconPencil, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import type { Engagement } from '../../../shared/contract/entities.ts';
import type { QuotaBudget } from '../../../shared/contract/quota.ts';
import { A_WINDOW } from '../../../shared/model/quota-sentence.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, dateTime, plural } from '../../ui/format.ts';
import { usePrefs } from '../../ui/prefs.ts';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { ORIGIN_WORDS, startWords } from './budget-words.ts';
import { EditBudget } from './edit-budget.tsx';
import { useAssign, useOrderByValue, useSetShare, useUnblock } from './queries.ts';

interface Props {
  budget: QuotaBudget;
  engagement: Engagement | undefined;
  nameOf(engagementId: string): string;
}

/** What holds for one budget, who says so, and what can be done about it. */
export function BudgetPanel({ budget, engagement, nameOf }: Props) {
  const [isEditing, setEditing] = useState(false);
  const clock = usePrefs((prefs) => prefs.clock);
  const unblock = useUnblock();
  const order = useOrderByValue();
  const guarded = budget.windows.find((view) => view.guardedUntil !== null)?.guardedUntil ?? null;
  return (
    <aside className="quota-panel scroll" aria-label="The chosen budget">
      <div className="side-head">
        <h2 className="el">
          <Text>{budget.key}</Text>
        </h2>
      </div>
      {budget.blockedUntil !== null && (
        <div className="section">
          <p className="note">
            <span>
              <Text>{budget.blockedReason}</Text> Nothing is asked before {dateTime(budget.blockedUntil, clock)}.
            </span>
          </p>
          <Button onClick={() => unblock.mutate(budget.key)} isDisabled={unblock.isPending}>
            <IconRefresh size={15} stroke={1.75} aria-hidden="true" />
            Ask again now
          </Button>
          {unblock.error && <ErrorNote error={unblock.error} />}
        </div>
      )}
      {guarded !== null && (
        <div className="section">
          <p className="note">
            The clock of this computer jumped. Until {dateTime(guarded, clock)} the longest possible window counts, so
            that no service is asked more than it allows.
          </p>
        </div>
      )}
      <div className="section">
        <h3>Limits</h3>
        {budget.windows.length === 0 && <p className="f12 t2">No limit is known. Calls are counted all the same.</p>}
        <dl className="kv">
          {budget.windows.map((view) => (
            <div key={view.window} className="quota-fact">
              <dt>
                {count(view.units)} {A_WINDOW[view.window]}
              </dt>
              <dd className="f12 t2">
                {startWords(view)}; {ORIGIN_WORDS[view.origin]}
              </dd>
            </div>
          ))}
        </dl>
        <Button onClick={() => setEditing(true)}>
          <IconPencil size={15} stroke={1.75} aria-hidden="true" />
          Edit limits
        </Button>
      </div>
      {budget.queued > 0 && (
        <div className="section">
          <h3>Waiting</h3>
          <p className="f12 t2">{budget.forecast.text}.</p>
          <Button
            isDisabled={order.isPending}
            title="Indicators, sighted and shared values first; what a warning list explains last"
            onClick={() =>
              order.mutate(budget.key, {
                onSuccess: ({ moved }) =>
                  toast(moved === 0 ? 'They are in that order' : `${plural(moved, 'job')} moved`),
              })
            }
          >
            <IconArrowsSort size={15} stroke={1.75} aria-hidden="true" />
            Order by value
          </Button>
          {order.error && <ErrorNote error={order.error} />}
        </div>
      )}
      {engagement && <Here key={`${budget.key} ${engagement.id}`} budget={budget} engagement={engagement} />}
      {budget.shares.length > 0 && (
        <div className="section">
          <h3>Shares</h3>
          <dl className="kv">
            {budget.shares.map(({ engagementId, percent }) => (
              <div key={engagementId} className="quota-fact">
                <dt>
                  <Text>{nameOf(engagementId)}</Text>
                </dt>
                <dd>{percent} %</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
      <div className="section">
        <h3>Used by</h3>
        <p className="f12 t2">
          <Text>{budget.flavors.join(', ') || 'No analyzer that is there now.'}</Text>
        </p>
      </div>
      <EditBudget budget={budget} isOpen={isEditing} onClose={() => setEditing(false)} />
    </aside>
  );
}

/** What the engagement that is open may use of it. */
function Here({ budget, engagement }: { budget: QuotaBudget; engagement: Engagement }) {
  const [percent, setPercent] = useState<number | ''>(budget.share?.percent ?? '');
  const own = budget.assignments.find((each) => each.engagementId === engagement.id);
  const [ownKey, setOwnKey] = useState('');
  const setShare = useSetShare();
  const assign = useAssign();
  const isOwn = own !== undefined;
  return (
    <div className="section">
      <h3 className="el">
        In <Text>{engagement.name}</Text>
      </h3>
      <form
        className="row quota-inline"
        onSubmit={(event) => {
          event.preventDefault();
          setShare.mutate(
            { key: budget.key, engagementId: engagement.id, percent: percent === '' ? null : percent },
            { onSuccess: () => toast(percent === '' ? 'No share of its own' : `At most ${percent} %`) },
          );
        }}
      >
        <NumberInput
          label="At most this share, in percent"
          placeholder="all of it"
          min={0}
          max={100}
          allowDecimal={false}
          value={percent}
          onChange={(value) => setPercent(typeof value === 'number' ? value : '')}
        />
        <Button type="submit" isDisabled={setShare.isPending || percent === (budget.share?.percent ?? '')}>
          Save
        </Button>
      </form>
      {budget.share !== null &&
        budget.share.windows.map((view) => (
          <p key={view.window} className="f12 t2">
            {count(view.left)} of {count(view.units)} left {A_WINDOW[view.window]}
          </p>
        ))}
      {setShare.error && <ErrorNote error={setShare.error} />}
      {isOwn ? (
        <Button
          onClick={() => assign.mutate({ serviceKey: own.serviceKey, engagementId: engagement.id, key: null })}
          isDisabled={assign.isPending}
        >
          Count on the common budget again
        </Button>
      ) : (
        budget.flavors.length > 0 && (
          <form
            className="row quota-inline"
            onSubmit={(event) => {
              event.preventDefault();
              const key = ownKey.trim();
              if (key === '') return;
              assign.mutate(
                { serviceKey: budget.key, engagementId: engagement.id, key },
                { onSuccess: () => toast(`Calls of this engagement count on “${key}”`) },
              );
            }}
          >
            <TextInput
              label="It has a key of its own"
              placeholder={`${budget.key} of the client`}
              maxLength={200}
              value={ownKey}
              onChange={(event) => setOwnKey(event.currentTarget.value)}
            />
            <Button type="submit" isDisabled={assign.isPending || ownKey.trim() === ''}>
              Count apart
            </Button>
          </form>
        )
      )}
      {assign.error && <ErrorNote error={assign.error} />}
    </div>
  );
}
