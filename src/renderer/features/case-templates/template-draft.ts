import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import type {
  CaseTemplate,
  TemplateBody,
  TemplateField,
  TemplateTask,
} from '../../../shared/contract/case-templates.ts';

/** A task or a field while it is edited: rows need a name of their own that survives a new order. */
export type DraftTask = TemplateTask & { key: string };
export type DraftField = TemplateField & { key: string };

export interface TemplateDraft extends Omit<TemplateBody, 'tasks' | 'fields'> {
  name: string;
  tasks: DraftTask[];
  fields: DraftField[];
}

interface Drafts {
  /** By the template's id; `new` for one that is not made yet. */
  drafts: Readonly<Record<string, TemplateDraft>>;
  put(id: string, draft: TemplateDraft): void;
  drop(id: string): void;
  clear(): void;
}

/**
 * What was changed and not saved. It outlives the screen, so that going elsewhere loses nothing, and goes when the
 * workspace is locked.
 */
export const draftsStore = createStore<Drafts>()((set, get) => ({
  drafts: {},
  put: (id, draft) => set({ drafts: { ...get().drafts, [id]: draft } }),
  drop: (id) => set({ drafts: Object.fromEntries(Object.entries(get().drafts).filter(([key]) => key !== id)) }),
  clear: () => set({ drafts: {} }),
}));

export const useDrafts = (): Drafts['drafts'] => useStore(draftsStore, (state) => state.drafts);

const EMPTY: Omit<CaseTemplate, 'id' | 'createdAt' | 'updatedAt'> = {
  name: '',
  displayName: '',
  titlePrefix: '',
  description: '',
  summary: '',
  severity: null,
  tlp: null,
  pap: null,
  isFlagged: false,
  tags: [],
  tasks: [],
  fields: [],
};

export function draftOf(template: CaseTemplate | undefined): TemplateDraft {
  const { name, displayName, titlePrefix, description, summary, severity, tlp, pap, isFlagged, tags, tasks, fields } =
    template ?? EMPTY;
  return {
    name,
    displayName,
    titlePrefix,
    description,
    summary,
    severity,
    tlp,
    pap,
    isFlagged,
    tags,
    tasks: tasks.map((task) => ({ ...task, key: crypto.randomUUID() })),
    fields: fields.map((field) => ({ ...field, key: field.name })),
  };
}

export function bodyOf(draft: TemplateDraft): TemplateBody {
  const { name: _name, tasks, fields, ...rest } = draft;
  return {
    ...rest,
    tasks: tasks.map(({ key: _key, ...task }) => task),
    fields: fields.map(({ key: _key, ...field }) => field),
  };
}

/** The first thing that keeps it from being saved, in a sentence. */
export function draftProblem(draft: TemplateDraft): string | undefined {
  if (draft.name.trim() === '') return 'Give the template a name.';
  const untitled = draft.tasks.findIndex(({ title }) => title.trim() === '');
  return untitled < 0 ? undefined : `Task ${untitled + 1} needs a title.`;
}
