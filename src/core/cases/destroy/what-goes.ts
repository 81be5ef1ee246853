import type { SharedEntity } from '../../sync/registry.ts';
import type { CaseEntity } from '../merge/copy-rules.ts';

/**
 * What becomes of the rows of a kind when their case is destroyed:
 * - `erase`: they go, with what the change log says of them. `words` is what the analyst calls them.
 * - `unlink`: they stay, and no longer lead to the case.
 * - `byOwner`: custom field values name their owner in another way.
 * - `ifAlone`: those of the engagement that only this case has go with it.
 * - `stay`: they are of the workspace or of an engagement, not of a case.
 */
type Rule<E extends SharedEntity> = E extends CaseEntity
  ? { how: 'erase'; words: string } | { how: 'unlink' }
  : { how: 'last' | 'byOwner' | 'ifAlone' | 'stay' };

/**
 * One line for each shared entity: a new one does not compile until it says here what destroying a case does with it, and
 * one with a `caseId` cannot say that it stays. In the order in which rows go: what refers to others before them.
 */
export const DESTROY_RULES: { readonly [E in SharedEntity]: Rule<E> } = {
  relation: { how: 'erase', words: 'relations' },
  timelineEvent: { how: 'erase', words: 'timeline events' },
  caseTechnique: { how: 'erase', words: 'techniques' },
  caseAsset: { how: 'erase', words: 'assets' },
  note: { how: 'erase', words: 'notes' },
  noteImage: { how: 'erase', words: 'pictures' },
  task: { how: 'erase', words: 'tasks' },
  observable: { how: 'erase', words: 'observables' },
  evidence: { how: 'erase', words: 'files of evidence' },
  caseMergePart: { how: 'erase', words: '' },
  caseMerge: { how: 'erase', words: '' },
  alert: { how: 'unlink' },
  alertObservable: { how: 'stay' },
  customFieldValue: { how: 'byOwner' },
  asset: { how: 'ifAlone' },
  case: { how: 'last' },
  engagement: { how: 'stay' },
  savedView: { how: 'stay' },
  noteTemplate: { how: 'stay' },
  taskTemplate: { how: 'stay' },
  alertSource: { how: 'stay' },
  customField: { how: 'stay' },
  caseTemplate: { how: 'stay' },
  tag: { how: 'stay' },
  taxonomy: { how: 'stay' },
  dashboard: { how: 'stay' },
  policyRule: { how: 'stay' },
  analyzerSet: { how: 'stay' },
};

export const ERASED = Object.entries(DESTROY_RULES).flatMap(([entity, rule]) =>
  rule.how === 'erase' ? [{ entity: entity as CaseEntity, words: rule.words }] : [],
);
