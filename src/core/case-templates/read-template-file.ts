import type { TemplateBody, TemplateField, TemplateTask } from '../../shared/contract/case-templates.ts';
import type { FieldContent } from '../../shared/contract/custom-fields.ts';
import { CUSTOM_FIELD_TYPES, type CustomFieldType } from '../../shared/contract/responders.ts';
import { AppError } from '../../shared/errors.ts';
import { parseJsonText } from '../../shared/model/json-text.ts';
import {
  PAP_LABELS,
  type Pap,
  papFromNumber,
  TLP_LABELS,
  type Tlp,
  tlpFromNumber,
} from '../../shared/model/marking.ts';
import { normaliseTags } from '../../shared/model/tag.ts';
import { createFaults, type Item, asItem } from './faults.ts';

interface FieldDraft {
  name: string;
  displayName: string;
  description: string;
  type: CustomFieldType;
}

export interface TemplateDraft {
  name: string;
  body: TemplateBody;
  /** What its fields and metrics are, where this workspace does not have them yet. */
  newFields: FieldDraft[];
}

const MAX_IN_FILE = 200;
const FIELD_NAME = /^[\p{L}\p{N}][\p{L}\p{N} _.:-]{0,99}$/u;

type Faults = ReturnType<typeof createFaults>;

/**
 * Case templates of TheHive 3 or 4, or our own (the 4 shape with an `osmia` part), one or a list of them. Throws
 * `invalid_input` that lists every fault with its place; `notes` say what was understood in another way than it stands.
 */
export function readTemplateFile(fileName: string, text: string): { drafts: TemplateDraft[]; notes: string[] } {
  let parsed: unknown;
  try {
    parsed = parseJsonText(text);
  } catch (error) {
    throw refused(fileName, [error instanceof Error ? error.message : 'It cannot be read.']);
  }
  const faults = createFaults();
  const notes: string[] = [];
  const list = Array.isArray(parsed) ? parsed : [parsed];
  if (list.length === 0 || list.length > MAX_IN_FILE)
    faults.add('', `the file holds ${list.length} templates; it may hold 1 to ${MAX_IN_FILE}`);
  const drafts = list
    .slice(0, MAX_IN_FILE)
    .map((raw, index) => readOne(raw, Array.isArray(parsed) ? `[${index}]` : '', faults, notes))
    .filter((draft) => draft !== undefined);
  if (faults.list.length > 0) throw refused(fileName, faults.list);
  return { drafts, notes };
}

function refused(fileName: string, faults: readonly string[]): AppError {
  const shown = faults.slice(0, 5);
  const more = faults.length > shown.length ? ` And ${faults.length - shown.length} more.` : '';
  return new AppError(
    'invalid_input',
    `${fileName} is no case template that can be read. ${shown.join(' ')}${more} Nothing was changed.`,
    { details: { faults: faults.slice(0, 100) } },
  );
}

function readOne(raw: unknown, where: string, faults: Faults, notes: string[]): TemplateDraft | undefined {
  const item = asItem(raw);
  if (item === undefined) {
    faults.add(where, 'a template is an object in braces');
    return undefined;
  }
  const at = (key: string): string => (where === '' ? key : `${where}.${key}`);
  const name = faults.text(item['name'], at('name'), 200);
  if (name === '') faults.add(at('name'), 'a template needs a name');
  const own = asItem(item['osmia']) ?? {};
  const fields = readFields(item, at, faults);
  const metrics = readMetrics(item['metrics'], at('metrics'), faults, notes);
  const known = new Set(fields.map(({ draft }) => draft.name));
  const all = [...fields, ...metrics.filter(({ draft }) => !known.has(draft.name))];
  return {
    name,
    newFields: all.map(({ draft }) => draft),
    body: {
      displayName: faults.text(item['displayName'], at('displayName'), 200),
      titlePrefix: faults.text(item['titlePrefix'], at('titlePrefix'), 200),
      description: faults.text(item['description'], at('description'), 1_000_000, true),
      summary: faults.text(item['summary'], at('summary'), 1_000_000, true),
      severity: readSeverity(item['severity'], at('severity'), faults),
      tlp: readTlp(own['tlp'] ?? item['tlp'], at('tlp'), faults, notes),
      pap: readPap(own['pap'] ?? item['pap'], at('pap'), faults),
      isFlagged: faults.flag(item['flag'], at('flag')),
      tags: normaliseTags(faults.texts(item['tags'], at('tags'), 200)),
      tasks: readTasks(item['tasks'], at('tasks'), faults),
      fields: all.map(({ field }) => field),
    },
  };
}

function readSeverity(raw: unknown, where: string, faults: Faults): number | null {
  if (raw === undefined || raw === null) return null;
  if (typeof raw === 'number' && [1, 2, 3, 4].includes(raw)) return raw;
  faults.add(where, 'a severity is 1, 2, 3 or 4');
  return null;
}

const LABELS: ReadonlySet<string> = new Set(TLP_LABELS);

/**
 * 3 is red up to TheHive 5.1 and amber+strict after it; the file does not say which wrote it, so it is read as red:
 * never laxer than it was meant. 4 is red in the newer scale and nothing in the older one.
 */
function readTlp(raw: unknown, where: string, faults: Faults, notes: string[]): Tlp | null {
  if (raw === undefined || raw === null) return null;
  const label = typeof raw === 'string' ? raw.toLowerCase().replace(/^tlp:/, '').replace('white', 'clear') : '';
  if (LABELS.has(label)) return label as Tlp;
  const tlp = raw === 4 ? 'red' : typeof raw === 'number' ? tlpFromNumber(raw) : undefined;
  if (tlp === undefined) faults.add(where, 'a TLP is a number from 0 to 4, or a label');
  if (raw === 3) notes.push(`${where}: 3 can mean amber+strict or red; it is taken as red.`);
  return tlp ?? null;
}

function readPap(raw: unknown, where: string, faults: Faults): Pap | null {
  if (raw === undefined || raw === null) return null;
  const label = typeof raw === 'string' ? raw.toLowerCase().replace(/^pap:/, '').replace('white', 'clear') : '';
  const pap = PAP_LABELS.find((each) => each === label) ?? (typeof raw === 'number' ? papFromNumber(raw) : undefined);
  if (pap === undefined) faults.add(where, 'a PAP is a number from 0 to 3, or a label');
  return pap ?? null;
}

function readTasks(raw: unknown, where: string, faults: Faults): TemplateTask[] {
  const tasks = faults.items(raw, where, 500).map(({ item, at }, index) => {
    const title = faults.text(item['title'], `${at}.title`, 500);
    if (title === '') faults.add(`${at}.title`, 'a task needs a title');
    const assignee = item['assignee'] ?? item['owner'];
    const due = item['dueDays'];
    const dueDays = typeof due === 'number' && Number.isInteger(due) && due >= 0 && due <= 3_650 ? due : null;
    if (due !== undefined && due !== null && dueDays === null)
      faults.add(`${at}.dueDays`, 'days are a whole number from 0 to 3650');
    return {
      order: typeof item['order'] === 'number' ? item['order'] : index,
      task: {
        title,
        group: faults.text(item['group'], `${at}.group`, 200),
        description: faults.text(item['description'], `${at}.description`, 1_000_000, true),
        assignee: faults.text(assignee, `${at}.assignee`, 200),
        isMandatory: faults.flag(item['mandatory'], `${at}.mandatory`),
        dueDays,
      },
    };
  });
  return tasks.sort((a, b) => a.order - b.order).map(({ task }) => task);
}

interface Read {
  order: number;
  draft: FieldDraft;
  field: TemplateField;
}

/** An object by name, as 3 has it (`{"name": {"string": value, "order": 1}}`), or a list, as 4 has it. */
function readFields(item: Item, at: (key: string) => string, faults: Faults): Read[] {
  const raw = item['customFields'] ?? item['customFieldValues'];
  if (raw === undefined || raw === null) return [];
  const where = at('customFields');
  const read: Read[] = [];
  if (Array.isArray(raw)) {
    for (const { item: each, at: place } of faults.items(raw, where, 200)) {
      const type = asType(each['osmiaType'] ?? each['type']) ?? typeOf(each['value']);
      const order = typeof each['order'] === 'number' ? each['order'] : read.length;
      const displayName = faults.text(each['displayName'], `${place}.displayName`, 200);
      push(read, faults, place, { name: each['name'], displayName, type, value: each['value'], order });
    }
  } else {
    const fields = asItem(raw);
    if (fields === undefined) faults.add(where, 'custom fields are a list, or an object by name');
    for (const [name, value] of Object.entries(fields ?? {}).slice(0, 200)) {
      const held = asItem(value) ?? {};
      const order = typeof held['order'] === 'number' ? held['order'] : read.length;
      const key = Object.keys(held).find((one) => asType(one) !== undefined);
      const content = key === undefined ? null : held[key];
      const type = (key === 'number' ? typeOf(content) : asType(key)) ?? 'string';
      push(read, faults, `${where}.${name}`, { name, displayName: '', type, value: content, order });
    }
  }
  return read.sort((a, b) => a.order - b.order);
}

/** A metric of TheHive 3 is a custom field of numbers here. */
function readMetrics(raw: unknown, where: string, faults: Faults, notes: string[]): Read[] {
  if (raw === undefined || raw === null) return [];
  const metrics = asItem(raw);
  if (metrics === undefined) faults.add(where, 'metrics are an object by name');
  const read: Read[] = [];
  for (const [name, value] of Object.entries(metrics ?? {}).slice(0, 200)) {
    const type = typeof value === 'number' && !Number.isInteger(value) ? 'float' : 'integer';
    if (value !== null && typeof value !== 'number') faults.add(`${where}.${name}`, 'a metric is a number');
    else push(read, faults, `${where}.${name}`, { name, displayName: '', type, value, order: read.length });
  }
  if (read.length > 0) notes.push(`${where}: kept as custom fields of numbers.`);
  return read;
}

function push(
  read: Read[],
  faults: Faults,
  place: string,
  raw: { name: unknown; displayName: string; type: CustomFieldType; value: unknown; order: number },
): void {
  const { displayName, type, order } = raw;
  const name = faults.text(raw.name, `${place}.name`, 100);
  if (!FIELD_NAME.test(name))
    faults.add(`${place}.name`, 'a field needs a name of letters, digits, spaces, - _ . or :');
  if (read.some(({ draft }) => draft.name === name)) faults.add(place, `the field ${name} is there twice`);
  const value = raw.value === undefined || raw.value === '' ? null : raw.value;
  if (value !== null && !['string', 'number', 'boolean'].includes(typeof value)) {
    faults.add(place, 'a value is a text, a number, or yes or no');
    return;
  }
  const draft = { name, displayName: displayName === '' ? name : displayName, description: '', type };
  read.push({ order, draft, field: { name, value: value as FieldContent } });
}

const asType = (raw: unknown): CustomFieldType | undefined =>
  raw === 'number' ? 'float' : CUSTOM_FIELD_TYPES.find((type) => type === raw);

/** Of a value whose type nobody names. */
const typeOf = (value: unknown): CustomFieldType =>
  typeof value === 'boolean'
    ? 'boolean'
    : typeof value === 'number'
      ? Number.isInteger(value)
        ? 'integer'
        : 'float'
      : 'string';
