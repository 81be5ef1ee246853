import type { Case, Impact, Resolution } from '../../shared/contract/entities.ts';
import { AppError } from '../../shared/errors.ts';
import { isClosed } from '../../shared/model/case-state.ts';
import type { SharedPatch } from '../sync/registry.ts';

export type CasePatch = Pick<
  SharedPatch<'case'>,
  | 'title'
  | 'description'
  | 'severity'
  | 'status'
  | 'tlp'
  | 'pap'
  | 'tags'
  | 'isFlagged'
  | 'assignee'
  | 'summary'
  | 'resolution'
  | 'impact'
  | 'startAt'
  | 'endAt'
>;

/**
 * A change with what follows from it (reference: thehive.md 1.2): closing sets the end and a resolution and clears the
 * star; opening again takes end, resolution and impact away; `duplicated` is a status and a resolution in one; only a
 * true positive has an impact. Errors: `invalid_input` where they contradict each other.
 */
export function withStatusRules(before: Case, patch: CasePatch, now: number): SharedPatch<'case'> {
  const changes: SharedPatch<'case'> = { ...patch };
  if (changes.tags) changes.tags = [...new Set(changes.tags)];
  const status = (changes.status ??= statusFor(before, patch.resolution));
  if (!isClosed(status)) openAgain(before, changes);
  else {
    changes.resolution = resolutionFor(before, status, patch);
    changes.impact = impactFor(before, changes.resolution, patch);
    if (!isClosed(before.status)) {
      changes.endAt ??= before.endAt ?? Math.max(now, changes.startAt ?? before.startAt);
      changes.isFlagged = false;
    }
  }
  const startAt = changes.startAt ?? before.startAt;
  const endAt = changes.endAt === undefined ? before.endAt : changes.endAt;
  if (endAt !== null && startAt > endAt) {
    throw new AppError(
      'invalid_input',
      'A case cannot start after it ended. Choose an earlier start, or open it again.',
    );
  }
  return changes;
}

/** A resolution given to an open case says nothing of its status: that is refused below. */
function statusFor(before: Case, resolution: Resolution | null | undefined): Case['status'] {
  if (!isClosed(before.status) || resolution === undefined || resolution === null) return before.status;
  return resolution === 'duplicated' ? 'duplicated' : 'resolved';
}

function openAgain(before: Case, changes: SharedPatch<'case'>): void {
  if (changes.resolution || changes.impact) {
    throw new AppError('invalid_input', 'An open case has no resolution yet. Close it with one.');
  }
  if (changes.endAt !== undefined && changes.endAt !== null) {
    throw new AppError('invalid_input', 'An open case has no end yet. Close it first.');
  }
  if (!isClosed(before.status)) return;
  changes.endAt = null;
  changes.resolution = null;
  changes.impact = null;
}

function resolutionFor(before: Case, status: Case['status'], patch: CasePatch): Resolution {
  if (status === 'duplicated') {
    if (patch.resolution != null && patch.resolution !== 'duplicated') {
      throw new AppError('invalid_input', 'A duplicate has no other resolution.');
    }
    return 'duplicated';
  }
  const resolution = patch.resolution ?? before.resolution;
  if (patch.resolution === 'duplicated') throw new AppError('invalid_input', 'A duplicate is not resolved otherwise.');
  // Closed by a script that does not say how.
  return resolution === null || resolution === 'duplicated' ? 'indeterminate' : resolution;
}

function impactFor(before: Case, resolution: Resolution, patch: CasePatch): Impact {
  if (resolution !== 'true_positive') {
    if (patch.impact != null && patch.impact !== 'not_applicable') {
      throw new AppError('invalid_input', 'Only a true positive has an impact.');
    }
    return 'not_applicable';
  }
  const impact = patch.impact ?? before.impact;
  if (impact === null || impact === 'not_applicable') {
    throw new AppError('invalid_input', 'A true positive had an impact or had none: say which.');
  }
  return impact;
}
