import type { TemplateBody } from '../contract/case-templates.ts';
import type { Pap, Tlp } from './marking.ts';
import { normaliseTags } from './tag.ts';

/** What somebody typed for a new case; undefined and empty texts are "not typed". */
export interface TypedCase {
  title: string;
  description?: string | undefined;
  severity?: number | undefined;
  tlp?: Tlp | undefined;
  pap?: Pap | undefined;
  tags?: readonly string[] | undefined;
}

export interface FilledCase {
  title: string;
  description: string;
  summary: string;
  severity: number;
  /** Undefined: the engagement's. */
  tlp: Tlp | undefined;
  pap: Pap | undefined;
  tags: string[];
  isFlagged: boolean;
}

const MEDIUM = 2;
const MAX_TITLE = 500;

/** What was typed wins over the template; the prefix goes before the title, tags are united, the template's first. */
export function fillCase(typed: TypedCase, template: TemplateBody | undefined): FilledCase {
  const prefix = template?.titlePrefix ?? '';
  return {
    title: (prefix === '' ? typed.title : `${prefix} ${typed.title}`).slice(0, MAX_TITLE),
    description: orElse(typed.description, template?.description),
    summary: template?.summary ?? '',
    severity: typed.severity ?? template?.severity ?? MEDIUM,
    tlp: typed.tlp ?? template?.tlp ?? undefined,
    pap: typed.pap ?? template?.pap ?? undefined,
    tags: normaliseTags([...(template?.tags ?? []), ...(typed.tags ?? [])]),
    isFlagged: template?.isFlagged ?? false,
  };
}

const orElse = (typed: string | undefined, other = ''): string =>
  typed === undefined || typed.trim() === '' ? other : typed;
