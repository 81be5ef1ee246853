import { create } from 'zustand';

type Layout = 'list' | 'groups';

const LAYOUT_KEY = 'osmia-task-layout';
const ORDER_KEY = 'osmia-task-log';

/** How this device shows tasks and their logs. Holds nothing of a case. */
export const useTaskView = create<{
  layout: Layout;
  isNewestFirst: boolean;
  setLayout(layout: Layout): void;
  setNewestFirst(isNewestFirst: boolean): void;
}>()((set) => ({
  layout: localStorage.getItem(LAYOUT_KEY) === 'list' ? 'list' : 'groups',
  isNewestFirst: localStorage.getItem(ORDER_KEY) === 'newest',
  setLayout(layout) {
    localStorage.setItem(LAYOUT_KEY, layout);
    set({ layout });
  },
  setNewestFirst(isNewestFirst) {
    localStorage.setItem(ORDER_KEY, isNewestFirst ? 'newest' : 'oldest');
    set({ isNewestFirst });
  },
}));
