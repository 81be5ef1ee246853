import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { AlertFilter, AlertStatus } from '../../../shared/contract/alerts.ts';

/** What the list is filtered by; kept while the window is open, so that one comes back to the same place in it. */
export interface ListFilter {
  /** Unread, or all, or one state. */
  which: 'unread' | 'all' | AlertStatus;
  isFollowed: boolean;
  type: string | undefined;
  source: string | undefined;
  severity: number | undefined;
  tag: string | undefined;
  text: string;
}

export const UNREAD: ListFilter = {
  which: 'unread',
  isFollowed: false,
  type: undefined,
  source: undefined,
  severity: undefined,
  tag: undefined,
  text: '',
};
export const ALL: ListFilter = { ...UNREAD, which: 'all' };

export const isNarrowed = (filter: ListFilter): boolean =>
  filter.isFollowed ||
  filter.type !== undefined ||
  filter.source !== undefined ||
  filter.severity !== undefined ||
  filter.tag !== undefined ||
  filter.text.trim() !== '';

export const toAlertFilter = (filter: ListFilter, engagementId: string | undefined): AlertFilter => ({
  ...(engagementId === undefined ? {} : { engagementId }),
  ...(filter.which === 'unread' ? { isRead: false } : filter.which === 'all' ? {} : { statuses: [filter.which] }),
  ...(filter.isFollowed ? { isFollowed: true } : {}),
  ...(filter.type === undefined ? {} : { type: filter.type }),
  ...(filter.source === undefined ? {} : { source: filter.source }),
  ...(filter.severity === undefined ? {} : { severities: [filter.severity] }),
  ...(filter.tag === undefined ? {} : { tag: filter.tag }),
  ...(filter.text.trim() === '' ? {} : { text: filter.text.trim() }),
});

interface State {
  filter: ListFilter;
  cursor: number;
  isPreviewOpen: boolean;
  set(patch: Partial<Pick<State, 'filter' | 'cursor' | 'isPreviewOpen'>>): void;
}

const listStore = createStore<State>()((set) => ({
  filter: UNREAD,
  cursor: 0,
  // In a narrow window it would lie over the list.
  isPreviewOpen: window.innerWidth > 1_200,
  set: (patch) => set(patch),
}));

export const useListState = (): State => useStore(listStore);
