import { create } from 'zustand';
import { isZone } from '../../../shared/model/time/zones.ts';

/** `utc`, `local` (of this machine) or the name of a zone. */
export type ZoneChoice = 'utc' | 'local' | (string & {});

const KEY = 'osmia-timeline-zone';

export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** What the clock functions take. */
export const zoneOf = (choice: ZoneChoice): string =>
  choice === 'utc' ? 'UTC' : choice === 'local' ? localZone() : choice;

function stored(): { choice: ZoneChoice; other: string } {
  const [choice = 'utc', other = ''] = (localStorage.getItem(KEY) ?? 'utc').split(' ');
  const isKnown = choice === 'utc' || choice === 'local' || isZone(choice);
  return { choice: isKnown ? choice : 'utc', other: isZone(other) ? other : '' };
}

/** How times are written on the timeline; kept on this device, holds nothing of a case. */
export const useZone = create<{ choice: ZoneChoice; other: string; choose(choice: ZoneChoice): void }>()(
  (set, get) => ({
    ...stored(),
    choose(choice) {
      const other = choice === 'utc' || choice === 'local' ? get().other : choice;
      localStorage.setItem(KEY, `${choice} ${other}`.trim());
      set({ choice, other });
    },
  }),
);
