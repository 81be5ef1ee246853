import { z } from 'zod';
import { SEARCH_KINDS } from '../model/search-query.ts';
import { Level } from '../model/report.ts';
import { call } from '../rpc/contract.ts';
import { Id, Time } from './entities.ts';

export const SearchKind = z.enum(SEARCH_KINDS);

/** Text with the stretches that match, in UTF-16 units: data, never markup. */
export const MarkedText = z.object({
  text: z.string(),
  marks: z.array(z.tuple([z.number().int(), z.number().int()])),
});
export type MarkedText = z.infer<typeof MarkedText>;

export const SearchHit = z.object({
  kind: SearchKind,
  id: Id,
  /** What to call it: a title, an observable's value (not defanged), a file's name. */
  title: MarkedText,
  /** Where else it matched; empty where the title says it all. */
  snippet: MarkedText,
  /** Of an observable, and of what a report is about. */
  dataType: z.string().nullable(),
  verdict: Level.nullable(),
  /** A case's or a task's status, an alert's source, a report's analyzer, a file's type. */
  detail: z.string(),
  /** Part of a file that the text was found in; empty for the file itself. */
  part: z.string(),
  caseId: Id.nullable(),
  caseNumber: z.number().int().nullable(),
  caseTitle: z.string(),
  /** Of a report its job, of a note its task. */
  relatedId: Id.nullable(),
  engagementId: Id,
  at: Time,
  /** The value, hash or number was typed whole. */
  isExact: z.boolean(),
});
export type SearchHit = z.infer<typeof SearchHit>;

export const SearchGroup = z.object({
  kind: SearchKind,
  hits: z.array(SearchHit),
  /** Where the next page begins; null at the end. */
  next: z.string().nullable(),
  /** So many matches were looked at that the search stopped before the page was full; `next` goes on from there. */
  isPartial: z.boolean(),
});
export type SearchGroup = z.infer<typeof SearchGroup>;

const Span = { from: z.number().int(), to: z.number().int() };

export const searchContract = {
  /**
   * Full text over everything, grouped by kind, exact values first and then the newest. Without `kinds` all are searched;
   * `cursor` needs exactly one. What of the text is not understood is said in `problems`, the rest is searched.
   */
  'search.find': call(
    z.object({
      text: z.string().max(2_000),
      /** The engagement that is looked into; the current one by default. */
      engagementId: Id.optional(),
      isEverywhere: z.boolean().default(false),
      kinds: z.array(SearchKind).min(1).max(SEARCH_KINDS.length).optional(),
      cursor: z.string().max(100).optional(),
      limit: z.number().int().min(1).max(100).default(20),
    }),
    z.object({
      groups: z.array(SearchGroup),
      problems: z.array(z.object({ ...Span, message: z.string(), hint: z.string() })),
    }),
  ),
};
