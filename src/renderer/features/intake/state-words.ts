import type { Intake } from '../../../shared/contract/intake.ts';
import { count, plural } from '../../ui/format.ts';

/** The state of an intake in one line of a list. */
export function stateWords(intake: Intake): string {
  switch (intake.state) {
    case 'receiving':
      return 'Receiving…';
    case 'inspecting':
      return 'Reading what it holds…';
    case 'failed':
      return `Failed: ${intake.error ?? 'the reason was not recorded'}`;
    case 'accepted':
      return 'Added to a case';
    case 'ready': {
      const skipped = intake.coverage?.skipped.length ?? 0;
      const unread = skipped === 0 ? '' : `, ${plural(skipped, 'part')} not read`;
      return intake.counts.toDecide + intake.counts.accepted === 0
        ? `No observables found${unread}`
        : `${count(intake.counts.toDecide)} to decide, ${count(intake.counts.accepted)} accepted${unread}`;
    }
  }
}
