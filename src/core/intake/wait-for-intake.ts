import type { Intake } from '../../shared/contract/intake.ts';
import { AppError } from '../../shared/errors.ts';
import type { EventBus } from '../events/bus.ts';
import type { IntakeRecord, IntakeRepo } from './intake.repo.ts';

const FINAL: ReadonlySet<Intake['state']> = new Set(['ready', 'accepted', 'failed']);

/** Resolves when the intake is ready, accepted or failed. Rejects with `not_found` when it is discarded, or `cancelled`. */
export function waitForIntake(
  deps: { intakes: IntakeRepo; events: EventBus; view(intake: IntakeRecord): Intake },
  id: string,
  signal: AbortSignal,
): Promise<Intake> {
  const { intakes, events, view } = deps;
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      off();
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const onAbort = (): void => settle(() => reject(new AppError('cancelled', 'The request was cancelled.')));
    const look = (): void => {
      const intake = intakes.find(id);
      if (!intake) settle(() => reject(new AppError('not_found', 'That intake is not there any more.')));
      else if (FINAL.has(intake.state)) settle(() => resolve(view(intake)));
    };
    const off = events.on((event) => {
      if (event.topic === 'intake' && event.id === id) look();
    });
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else look();
  });
}
