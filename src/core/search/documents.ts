import type { DataType } from '../../shared/model/data-type.ts';
import type { Taxonomy } from '../../shared/model/report.ts';
import type { Tlp } from '../../shared/model/marking.ts';
import type { SearchState } from '../../shared/model/search-query.ts';
import type { SharedRow } from '../sync/registry.ts';

/** What an index holds of one row. The migration that fills the indexes builds the same in SQL. */
export interface SearchText {
  /** Words that only filters ask for. */
  facets: string;
  title: string;
  body: string;
  tags: string;
}

/** Characters of one row that are searched; what is longer is found by its beginning. */
const MAX_BODY = 262_144;

const bare = (id: string): string => id.replaceAll('-', '');
export const engagementFacet = (id: string): string => `e${bare(id)}`;
export const caseFacet = (id: string): string => `c${bare(id)}`;
export const tlpFacet = (tlp: Tlp): string => `tlp${tlp.replace('+', '')}`;
export const typeFacet = (dataType: DataType): string => `t${dataType.replace(/[-_]/g, '')}`;

const facets = (...words: (SearchState | (string & {}) | false)[]): string => words.filter(Boolean).join(' ');

const CLOSED_CASE: ReadonlySet<string> = new Set(['resolved', 'duplicated']);
const DONE_TASK: ReadonlySet<string> = new Set(['completed', 'cancelled']);

export const caseText = (row: SharedRow<'case'>): SearchText => ({
  facets: facets(
    engagementFacet(row.engagementId),
    caseFacet(row.id),
    tlpFacet(row.tlp),
    CLOSED_CASE.has(row.status) ? 'closed' : 'open',
    row.isFlagged && 'starred',
  ),
  title: row.title,
  body: `${row.description}\n${row.summary}`.slice(0, MAX_BODY),
  tags: row.tags.join(' '),
});

export const taskText = (row: SharedRow<'task'>, engagementId: string): SearchText => ({
  facets: facets(
    engagementFacet(engagementId),
    caseFacet(row.caseId),
    DONE_TASK.has(row.status) ? 'closed' : 'open',
    row.isFlagged && 'starred',
  ),
  title: row.title,
  body: `${row.group}\n${row.description}`.slice(0, MAX_BODY),
  tags: '',
});

export const noteText = (row: SharedRow<'note'>, engagementId: string): SearchText => ({
  facets: facets(engagementFacet(engagementId), caseFacet(row.caseId)),
  title: row.title,
  body: row.body.slice(0, MAX_BODY),
  tags: '',
});

export const alertText = (row: SharedRow<'alert'>): SearchText => ({
  facets: facets(
    engagementFacet(row.engagementId),
    row.caseId !== null && caseFacet(row.caseId),
    tlpFacet(row.tlp),
    !row.isRead && 'unread',
  ),
  title: row.title,
  body: `${row.type} ${row.source} ${row.sourceRef}\n${row.description}`.slice(0, MAX_BODY),
  tags: row.tags.join(' '),
});

export const observableText = (row: SharedRow<'observable'>): SearchText => ({
  facets: facets(
    engagementFacet(row.engagementId),
    caseFacet(row.caseId),
    typeFacet(row.dataType),
    tlpFacet(row.tlp),
    row.isIoc && 'ioc',
    row.isSighted && 'sighted',
  ),
  title: row.value,
  body: row.message,
  tags: row.tags.join(' '),
});

export const evidenceText = (row: SharedRow<'evidence'>, engagementId: string): SearchText => ({
  facets: facets(engagementFacet(engagementId), caseFacet(row.caseId)),
  title: row.name,
  body: `${row.typeLabel} ${row.mediaType}`,
  tags: '',
});

export const eventText = (row: SharedRow<'timelineEvent'>): SearchText => ({
  facets: facets(engagementFacet(row.engagementId), caseFacet(row.caseId), row.isStarred && 'starred'),
  title: row.title,
  body: row.description.slice(0, MAX_BODY),
  tags: row.tags.join(' '),
});

/** A report is found by who made it and of what, by its verdicts and by the texts in it. */
export const reportText = (report: {
  engagementId: string;
  flavorName: string;
  value: string;
  taxonomies: readonly Taxonomy[];
  words: string;
}): SearchText => ({
  facets: engagementFacet(report.engagementId),
  title: `${report.flavorName} ${report.value}`,
  body: `${report.taxonomies.map(({ namespace, predicate, value }) => `${namespace}:${predicate}=${value}`).join(' ')}\n${report.words}`,
  tags: '',
});

export const isSameText = (a: SearchText, b: SearchText): boolean =>
  a.title === b.title && a.facets === b.facets && a.tags === b.tags && a.body === b.body;
