import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { CaseFilter, CaseSort } from './case-list.ts';
import { Id, Time } from './entities.ts';

/** Lists that can be kept under a name. */
export const SAVED_SCREENS = ['cases'] as const;
export const SavedScreen = z.enum(SAVED_SCREENS);
export type SavedScreen = z.infer<typeof SavedScreen>;
export type SavedFilter = z.infer<typeof CaseFilter>;

export const SavedView = z.object({
  id: Id,
  engagementId: Id,
  screen: SavedScreen,
  name: z.string(),
  filter: CaseFilter,
  sort: CaseSort,
  updatedAt: Time,
});
export type SavedView = z.infer<typeof SavedView>;

const Name = z.string().trim().min(1, 'A view needs a name.').max(100);

export const viewsContract = {
  /** By name. */
  'views.list': call(z.object({ engagementId: Id, screen: SavedScreen }), z.array(SavedView)),
  /** Makes one, or without an id changes the one of that name: a name is there once. */
  'views.save': call(
    z.object({ engagementId: Id, screen: SavedScreen, name: Name, filter: CaseFilter, sort: CaseSort }),
    SavedView,
  ),
  'views.rename': call(z.object({ id: Id, name: Name }), SavedView),
  'views.remove': call(z.object({ id: Id }), z.object({})),
  /** What a list showed when it was last left, on this device. */
  'views.last': call(
    z.object({ engagementId: Id, screen: SavedScreen }),
    z.object({ filter: CaseFilter, sort: CaseSort }).nullable(),
  ),
  'views.remember': call(
    z.object({ engagementId: Id, screen: SavedScreen, filter: CaseFilter, sort: CaseSort }),
    z.object({}),
  ),
};
