import { z } from 'zod';
import { Pap, Tlp } from '../model/marking.ts';
import { call } from '../rpc/contract.ts';
import { Engagement, Id } from './entities.ts';

const WorkspaceStatus = z.object({
  /** `new`: nothing there yet · `locked`: sealed, no key in memory · `open`. */
  state: z.enum(['new', 'locked', 'open']),
  name: z.string(),
  hasPassphrase: z.boolean(),
  isKeyInKeychain: z.boolean(),
  hasRecoveryKey: z.boolean(),
  /** Whether the OS keychain can hold the key here, and why not. */
  keychain: z.object({ isUsable: z.boolean(), reason: z.string() }),
  /** A fallback that the user must know of, or null. */
  warning: z.string().nullable(),
});
export type WorkspaceStatus = z.infer<typeof WorkspaceStatus>;

const Passphrase = z.string().min(1, 'A passphrase cannot be empty.').max(1_024);

/** Available in every state; every other call needs an open workspace (`workspace.locked` otherwise). */
export const workspaceContract = {
  'workspace.status': call(z.object({}), WorkspaceStatus),
  'workspace.create': call(z.object({ passphrase: Passphrase }), WorkspaceStatus),
  'workspace.unlock': call(
    z.union([
      z.object({ passphrase: Passphrase }),
      z.object({ recoveryKey: z.string().max(200) }),
      z.object({ keychain: z.literal(true) }),
    ]),
    WorkspaceStatus,
  ),
  'workspace.lock': call(z.object({}), WorkspaceStatus),
  /** Re-wraps the workspace key; the data is not rekeyed. `current` is needed where a passphrase is set. */
  'workspace.setPassphrase': call(z.object({ current: Passphrase.optional(), next: Passphrase }), WorkspaceStatus),
  /** Makes a recovery key, replacing an earlier one. It is shown this once and never stored in clear. */
  'workspace.issueRecoveryKey': call(z.object({}), z.object({ recoveryKey: z.string() })),
  /** Stores the key in the keychain, or removes it there (needs a passphrase to be set first). */
  'workspace.useKeychain': call(z.object({ isOn: z.boolean() }), WorkspaceStatus),
};

const Settings = z.object({
  /** 0 is never. */
  autoLockMinutes: z.number().int().min(0).max(1_440),
});
export type Settings = z.infer<typeof Settings>;

export const settingsContract = {
  'settings.get': call(z.object({}), Settings),
  'settings.update': call(Settings.partial(), Settings),
  'engagements.list': call(z.object({}), z.array(Engagement)),
  'engagements.create': call(z.object({ name: z.string().trim().min(1).max(200) }), Engagement),
  'engagements.update': call(
    z.object({
      id: Id,
      patch: z
        .object({ name: z.string().trim().min(1).max(200), tlp: Tlp, pap: Pap, isOffline: z.boolean() })
        .partial(),
    }),
    Engagement,
  ),
};
