import type { Case } from '../../../shared/contract/entities.ts';
import { IMPACTS, RESOLUTIONS } from '../../../shared/contract/entities.ts';
import { handlingTime, isClosed } from '../../../shared/model/case-state.ts';
import { ChoiceMenu } from '../../ui/chips.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count } from '../../ui/format.ts';
import { Age } from '../../ui/time.tsx';
import { useNow } from '../../ui/use-now.ts';
import { IMPACT_WORDS, RESOLUTION_WORDS } from './case-filter-words.ts';
import { durationWords } from './duration-words.ts';
import { useUpdateCase } from './queries.ts';
import { TimeFact } from './time-fact.tsx';

/** When it was, how it ended, how long it took; editable where they stand. */
export function CaseFacts({ found }: { found: Case }) {
  const update = useUpdateCase(found.id);
  const now = useNow();
  const isOver = isClosed(found.status);
  const resolution = found.resolution ?? 'indeterminate';
  return (
    <>
      <dl className="case-facts">
        <div>
          <dt>Started</dt>
          <dd>
            <TimeFact label="Start" at={found.startAt} onSave={(startAt) => update.mutate({ startAt })} />
          </dd>
        </div>
        <div>
          <dt>Ended</dt>
          <dd>
            {found.endAt === null ? (
              <span className="t3">Not yet</span>
            ) : (
              <TimeFact label="End" at={found.endAt} onSave={(endAt) => update.mutate({ endAt })} />
            )}
          </dd>
        </div>
        <div>
          <dt>{isOver ? 'Took' : 'Open for'}</dt>
          <dd>{durationWords(handlingTime(found, Math.max(now, found.startAt)))}</dd>
        </div>
        {isOver && (
          <div>
            <dt>Resolution</dt>
            <dd className="row tight">
              <ChoiceMenu
                label="Resolution"
                value={resolution}
                options={RESOLUTIONS.toReversed().map((value) => ({ value, label: RESOLUTION_WORDS[value] }))}
                onChange={(value) =>
                  // What was an attack had an impact until somebody says that it had none.
                  update.mutate({ resolution: value, ...(value === 'true_positive' ? { impact: 'with_impact' } : {}) })
                }
              />
              {found.resolution === 'true_positive' && (
                <ChoiceMenu
                  label="Impact"
                  value={found.impact ?? 'with_impact'}
                  options={IMPACTS.slice(1).map((value) => ({ value, label: IMPACT_WORDS[value] }))}
                  onChange={(impact) => update.mutate({ impact })}
                />
              )}
            </dd>
          </div>
        )}
        <div>
          <dt>Jobs</dt>
          <dd>{count(found.counts.jobs)}</dd>
        </div>
        <div>
          <dt>Changed</dt>
          <dd>
            <Age at={found.updatedAt} />
          </dd>
        </div>
      </dl>
      {update.error && (
        <div className="section">
          <ErrorNote error={update.error} />
        </div>
      )}
    </>
  );
}
