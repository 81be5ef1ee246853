import type { ObservableFilter } from '../../../shared/contract/observables.ts';
import { DATA_TYPES, type DataType, toDataType } from '../../../shared/model/data-type.ts';
import { PAP_LABELS, type Pap, TLP_LABELS, type Tlp } from '../../../shared/model/marking.ts';
import { LEVELS, type Level } from '../../../shared/model/report.ts';

/** What a value of a facet does: keeps it, or leaves it out. */
export type Side = 'on' | 'not';
/** Values of one facet, each kept or left out. */
export type Choice<T extends string> = Readonly<Partial<Record<T, Side>>>;

/** What the facets, chips and the filter field say; kept while the screen is open. */
export interface FilterState {
  verdicts: Choice<Level>;
  dataTypes: Choice<DataType>;
  tags: Choice<string>;
  tlps: Choice<Tlp>;
  paps: Choice<Pap>;
  flags: Choice<Flag>;
  /** UTC milliseconds of the first moment, and of the first that is too late. */
  addedFrom: number | null;
  addedBefore: number | null;
  /** Words, and `type:url -tag:benign` and the like. */
  text: string;
}

/** What is or is not so of an observable. */
export const FLAGS = ['ioc', 'sighted', 'elsewhere', 'ignored', 'unanalysed'] as const;
export type Flag = (typeof FLAGS)[number];

export const FLAG_WORDS: Readonly<Record<Flag, string>> = {
  ioc: 'IOC',
  sighted: 'Sighted',
  elsewhere: 'Seen elsewhere',
  ignored: 'Not compared',
  unanalysed: 'Not analysed',
};

export const NO_FILTER: FilterState = {
  verdicts: {},
  dataTypes: {},
  tags: {},
  tlps: {},
  paps: {},
  flags: {},
  addedFrom: null,
  addedBefore: null,
  text: '',
};

/** On, off again; `side` not leaves it out instead. */
export function toggled<T extends string>(choice: Choice<T>, item: T, side: Side = 'on'): Choice<T> {
  const next: Partial<Record<T, Side>> = { ...choice };
  if (next[item] === side) delete next[item];
  else next[item] = side;
  return next;
}

/** The items of a facet on one side. */
export const chosen = <T extends string>(choice: Choice<T>, side: Side): T[] =>
  (Object.keys(choice) as T[]).filter((item) => choice[item] === side);

/** `type:url`, `-tag:"two words"`, `value:*evil*`, or a word. */
const TOKEN = /(-?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/gi;
const DAY_TEXT = /^(\d{4})-(\d{2})-(\d{2})$/;

interface Typed {
  state: FilterState;
  words: string[];
  notWords: string[];
  value: Pick<ObservableFilter, 'valueStart' | 'notValueStart' | 'valuePart' | 'notValuePart'>;
}

/** What the text says beside its words, joined with what was clicked. A key nobody knows is a word like any other. */
function readText(clicked: FilterState): Typed {
  const typed: Typed = { state: { ...clicked, text: '' }, words: [], notWords: [], value: {} };
  for (const [whole, minus, key, quoted, bare] of clicked.text.matchAll(TOKEN)) {
    const side: Side = minus === '-' && (key !== undefined || (quoted ?? bare ?? '') !== '') ? 'not' : 'on';
    const value = quoted ?? bare ?? '';
    if (key !== undefined && value !== '' && takeKey(typed, key.toLowerCase(), value, side)) continue;
    const word = key === undefined ? value : whole.replace(/^-/, '');
    if (word !== '') (side === 'not' ? typed.notWords : typed.words).push(word);
  }
  return typed;
}

const isOneOf = <T extends string>(list: readonly T[], value: string): value is T =>
  (list as readonly string[]).includes(value);

function takeKey(typed: Typed, key: string, value: string, side: Side): boolean {
  const { state } = typed;
  const put = (name: 'verdicts' | 'dataTypes' | 'tags' | 'tlps' | 'paps' | 'flags', item: string): true => {
    state[name] = { ...state[name], [item]: side };
    return true;
  };
  const lower = value.toLowerCase();
  switch (key) {
    case 'type': {
      const type = toDataType(lower);
      return type !== undefined && put('dataTypes', type);
    }
    case 'verdict':
      return isOneOf(LEVELS, lower) ? put('verdicts', lower) : lower === 'none' && put('flags', 'unanalysed');
    case 'tag':
      return put('tags', value);
    case 'tlp':
      return isOneOf(TLP_LABELS, lower) && put('tlps', lower);
    case 'pap':
      return isOneOf(PAP_LABELS, lower) && put('paps', lower);
    case 'is':
      return isOneOf(FLAGS, lower) && put('flags', lower);
    case 'after':
    case 'before':
      return takeDay(state, key, value, side);
    case 'value':
      return takeValue(typed, value, side);
    default:
      return false;
  }
}

function takeDay(state: FilterState, key: 'after' | 'before', value: string, side: Side): boolean {
  const match = DAY_TEXT.exec(value);
  if (!match) return false;
  const at = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  if ((key === 'after') === (side === 'on')) state.addedFrom = at;
  else state.addedBefore = at;
  return true;
}

/** `evil*` begins with it, `*evil*` and `*evil` hold it, and so does a bare one. */
function takeValue(typed: Typed, value: string, side: Side): boolean {
  const isStart = value.endsWith('*') && !value.startsWith('*');
  const text = value.replace(/^\*|\*$/g, '').slice(0, 120);
  if (text === '') return false;
  if (isStart) typed.value[side === 'on' ? 'valueStart' : 'notValueStart'] = text;
  else typed.value[side === 'on' ? 'valuePart' : 'notValuePart'] = text;
  return true;
}

/** The call's filter: only what is set. */
export function toFilter(clicked: FilterState, scope: { caseId?: string; engagementId?: string }): ObservableFilter {
  const { state, words, notWords, value } = readText(clicked);
  const lists = {
    verdicts: chosen(state.verdicts, 'on'),
    notVerdicts: chosen(state.verdicts, 'not'),
    dataTypes: chosen(state.dataTypes, 'on'),
    notDataTypes: chosen(state.dataTypes, 'not'),
    tags: chosen(state.tags, 'on'),
    notTags: chosen(state.tags, 'not'),
    tlps: chosen(state.tlps, 'on'),
    notTlps: chosen(state.tlps, 'not'),
    paps: chosen(state.paps, 'on'),
    notPaps: chosen(state.paps, 'not'),
  };
  const flag = (name: Flag): boolean | undefined => state.flags[name] && state.flags[name] === 'on';
  const flags = {
    isIoc: flag('ioc'),
    isSighted: flag('sighted'),
    isSeenElsewhere: flag('elsewhere'),
    ignoresSimilarity: flag('ignored'),
    isNotAnalysed: flag('unanalysed'),
  };
  return {
    ...scope,
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
    ...Object.fromEntries(Object.entries(flags).filter(([, isOn]) => isOn !== undefined)),
    ...(state.addedFrom === null ? {} : { addedFrom: state.addedFrom }),
    ...(state.addedBefore === null ? {} : { addedBefore: state.addedBefore }),
    ...value,
    ...(words.length === 0 ? {} : { text: words.join(' ').slice(0, 500) }),
    ...(notWords.length === 0 ? {} : { notText: notWords.join(' ').slice(0, 500) }),
  };
}

/** Filters in words, for the empty grid and for chips. */
export function filterWords(state: FilterState): string[] {
  const said = (choice: Choice<string>, name: (item: string) => string): string[] =>
    Object.entries(choice).map(([item, side]) => (side === 'not' ? `not ${name(item)}` : name(item)));
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  return [
    ...said(state.verdicts, (item) => item),
    ...said(state.flags, (item) =>
      FLAG_WORDS[item as Flag].replace(/^(Seen|Not|Sighted)/, (word) => word.toLowerCase()),
    ),
    ...said(state.dataTypes, (item) => item),
    ...said(state.tags, (item) => `tag ${item}`),
    ...said(state.tlps, (item) => `TLP:${item.toUpperCase()}`),
    ...said(state.paps, (item) => `PAP:${item.toUpperCase()}`),
    ...(state.addedFrom === null ? [] : [`added from ${day(state.addedFrom)}`]),
    ...(state.addedBefore === null ? [] : [`added before ${day(state.addedBefore)}`]),
    ...(state.text.trim() === '' ? [] : [`“${state.text.trim()}”`]),
  ];
}

/** What the filter field takes, for its help. */
export const FIELD_HELP = [
  ['words', 'in the value or the description; the end may be cut short'],
  ['value:evil*', 'the value begins with it; value:*evil* holds it'],
  [`type:url`, DATA_TYPES.slice(0, 6).join(', ') + '…'],
  ['tag:phishing', 'has the tag; tag:"two words"'],
  ['verdict:malicious', [...LEVELS, 'none'].join(', ')],
  ['is:ioc', FLAGS.join(', ')],
  ['tlp:red, pap:amber', 'its marking'],
  ['after:2026-11-01', 'added on that day or later; before: earlier'],
  ['-type:ip', 'a minus leaves out whatever comes behind it'],
] as const;
