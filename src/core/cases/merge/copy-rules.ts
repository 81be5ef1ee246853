import type { SHARED_ENTITIES, SharedEntity, SharedRow } from '../../sync/registry.ts';

/** Shared entities that belong to a case. */
export type CaseEntity = {
  [E in SharedEntity]: 'caseId' extends keyof (typeof SHARED_ENTITIES)[E]['fields'] ? E : never;
}[SharedEntity];

/**
 * How the rows of a kind go over when their case becomes another one:
 * - `copy`: each row becomes a new one. Rows with the same `key` (made of rows whose references are those of the result
 *   already) become one, `join`ed; a row that `isVoid` by then (a link of a thing to itself) is left out.
 * - `relink`: the row itself goes over; there is only one of it.
 * - `leave`: the row is about its own case.
 */
type CopyRule<E extends CaseEntity> =
  | {
      how: 'copy';
      key?: (row: SharedRow<E>) => string | undefined;
      join?: (into: SharedRow<E>, other: SharedRow<E>) => SharedRow<E>;
      isVoid?: (row: SharedRow<E>) => boolean;
      /** What the analyst calls these. */
      words: string;
      label: (row: SharedRow<E>) => string;
    }
  | { how: 'relink' | 'leave' };

/**
 * One line for each kind, in the order in which they are copied: what others refer to by `key` comes before them. A new
 * shared entity with a `caseId` does not compile until it says here what a merge does with it.
 */
export const COPY_RULES: { [E in CaseEntity]: CopyRule<E> } = {
  evidence: {
    how: 'copy',
    words: 'files of evidence',
    key: ({ blobId, name }) => `${blobId} ${name}`,
    label: ({ name }) => name,
  },
  noteImage: {
    how: 'copy',
    words: 'pictures',
    key: ({ blobId, name }) => `${blobId} ${name}`,
    label: ({ name }) => name,
  },
  task: {
    how: 'copy',
    words: 'tasks',
    // Two that nobody has begun are one piece of work; what was begun or done stays apart.
    key: ({ status, group, title, id }) => (status === 'waiting' ? `${group}\n${title.trim().toLowerCase()}` : id),
    join: (into, other) => ({
      ...into,
      isMandatory: into.isMandatory || other.isMandatory,
      isFlagged: into.isFlagged || other.isFlagged,
      dueAt: earliest(into.dueAt, other.dueAt),
      description: joined(into.description, other.description),
    }),
    label: ({ title }) => title,
  },
  // Joined by their subject in copy-observables.ts: there may be a hundred thousand of them.
  observable: { how: 'copy', words: 'observables', label: ({ value }) => value },
  note: { how: 'copy', words: 'notes', label: ({ title, body }) => title || body.slice(0, 80) },
  relation: {
    how: 'copy',
    words: 'relations',
    key: ({ fromId, toId, kind }) => `${fromId} ${toId} ${kind}`,
    join: (into, other) => ({ ...into, note: joined(into.note, other.note) }),
    isVoid: ({ fromId, toId }) => fromId === toId,
    label: ({ kind }) => kind,
  },
  timelineEvent: {
    how: 'copy',
    words: 'timeline events',
    key: ({ at, title, precision, kind, sourceKey }) => [at, title, precision, kind, sourceKey].join('\n'),
    join: (into, other) => ({
      ...into,
      description: joined(into.description, other.description),
      isStarred: into.isStarred || other.isStarred,
      tags: union(into.tags, other.tags),
      assetIds: union(into.assetIds, other.assetIds),
      observableIds: union(into.observableIds, other.observableIds),
      techniques: union(into.techniques, other.techniques),
    }),
    label: ({ title }) => title,
  },
  caseAsset: { how: 'copy', words: 'assets', key: ({ assetId }) => assetId, label: () => '' },
  caseTechnique: {
    how: 'copy',
    words: 'techniques',
    key: ({ technique, tactic, occurredAt }) => `${technique} ${tactic} ${occurredAt ?? ''}`,
    join: (into, other) => ({
      ...into,
      description: joined(into.description, other.description),
      observableIds: union(into.observableIds, other.observableIds),
    }),
    label: ({ technique }) => technique,
  },
  alert: { how: 'relink' },
  caseMerge: { how: 'leave' },
  caseMergePart: { how: 'leave' },
};

export const CASE_ENTITIES = Object.keys(COPY_RULES) as CaseEntity[];

/** Texts that were told apart stay both; the same one stays once. */
export function joined(into: string, other: string): string {
  if (other.trim() === '' || into.includes(other)) return into;
  return into.trim() === '' ? other : `${into}\n\n${other}`;
}

export const union = <T>(into: readonly T[], other: readonly T[]): T[] => [...new Set([...into, ...other])];

function earliest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Fields that are what somebody found, never a reference, whatever they look like. */
const VERBATIM = new Set(['id', 'value', 'subjectHash', 'blobId', 'sourceJobId', 'intakeId', 'engagementId']);

/** A row with every id that became another one replaced: references, lists of them, and ids within Markdown. */
export function withReferences<Row extends object>(row: Row, became: ReadonlyMap<string, string>): Row {
  const renew = (value: unknown): unknown => {
    if (typeof value === 'string') {
      return value.length < 36 ? value : value.replace(UUID, (id) => became.get(id) ?? id);
    }
    if (Array.isArray(value)) return value.map(renew);
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, renew(each)]));
    }
    return value;
  };
  const entries = Object.entries(row).map(([name, value]) => [name, VERBATIM.has(name) ? value : renew(value)]);
  return Object.fromEntries(entries) as Row;
}
