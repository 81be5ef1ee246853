import { create } from 'zustand';
import type { Clock } from './format.ts';

type Panel = 'intakeTree' | 'intakeViewer' | 'facets' | 'drawer' | 'artifacts';

interface Prefs {
  clock: Clock;
  isRailHidden: boolean;
  widths: Record<Panel, number>;
  settingsDepth: SettingsDepth;
  setSettingsDepth(depth: SettingsDepth): void;
  toggleClock(): void;
  toggleRail(): void;
  setWidth(panel: Panel, width: number): void;
}

/** How much of the settings is shown. */
type SettingsDepth = 'essential' | 'all';

const KEY = 'osmia-panels';
const DEPTH_KEY = 'osmia-settings-depth';
const DEFAULTS: Record<Panel, number> = {
  intakeTree: 256,
  intakeViewer: 376,
  facets: 180,
  drawer: 360,
  artifacts: 372,
};

/** Panel widths are all that is kept; anything unreadable falls back to the design's own. */
function readWidths(): Record<Panel, number> {
  const widths = { ...DEFAULTS };
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return widths;
    for (const panel of Object.keys(DEFAULTS) as Panel[]) {
      const width = (stored as Record<string, unknown>)[panel];
      if (typeof width === 'number' && width >= 140 && width <= 900) widths[panel] = width;
    }
  } catch {
    // Damaged by hand: the defaults serve.
  }
  return widths;
}

/** What the window remembers of itself. Holds nothing of a case. */
export const usePrefs = create<Prefs>()((set, get) => ({
  clock: 'utc',
  isRailHidden: false,
  widths: readWidths(),
  settingsDepth: localStorage.getItem(DEPTH_KEY) === 'all' ? 'all' : 'essential',
  setSettingsDepth: (settingsDepth) => {
    localStorage.setItem(DEPTH_KEY, settingsDepth);
    set({ settingsDepth });
  },
  toggleClock: () => set({ clock: get().clock === 'utc' ? 'local' : 'utc' }),
  toggleRail: () => set({ isRailHidden: !get().isRailHidden }),
  setWidth: (panel, width) => {
    const widths = { ...get().widths, [panel]: Math.round(Math.min(900, Math.max(140, width))) };
    localStorage.setItem(KEY, JSON.stringify(widths));
    set({ widths });
  },
}));
