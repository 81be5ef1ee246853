import type { Output } from '../../api/client.ts';
import { undoable } from '../../state/undoable.ts';
import { plural } from '../../ui/format.ts';
import { toast } from '../../ui/toast.tsx';

const alerts = (n: number): string => plural(n, 'alert');

export const markAlerts = (ids: string[], isRead: boolean) =>
  undoable(({ changed }) => `${alerts(changed)} marked as ${isRead ? 'read' : 'unread'}`, 'alerts.mark', {
    ids,
    isRead,
  });

export const followAlerts = (ids: string[], isFollowed: boolean) =>
  undoable(
    ({ changed }) => (isFollowed ? `${alerts(changed)} followed` : `Updates of ${alerts(changed)} not shown any more`),
    'alerts.follow',
    { ids, isFollowed },
  );

export const ignoreAlerts = (ids: string[]) =>
  undoable(({ changed }) => `${alerts(changed)} ignored: read, and updates are not shown`, 'alerts.ignore', { ids });

export const trashAlerts = (ids: string[]) =>
  undoable(({ changed }) => `${alerts(changed)} moved to the trash`, 'alerts.trash', { ids });

const brought = ({ case: target, added, alreadyThere }: Output<'alerts.merge'>, verb: string): string =>
  `${verb} case #${target.number}: ${plural(added, 'observable')} added${alreadyThere > 0 ? `, ${alreadyThere} were there` : ''}`;

/** `caseTemplate` undefined: the alert's own; '' none. */
export async function importAlerts(
  ids: string[],
  caseTemplate: string | undefined,
): Promise<Output<'alerts.createCase'>> {
  const made = await undoable((output) => brought(output, `${alerts(ids.length)} imported as`), 'alerts.createCase', {
    ids,
    ...(caseTemplate === undefined ? {} : { caseTemplate }),
  });
  if (made.note !== null) toast(made.note);
  return made;
}

export const mergeAlerts = (ids: string[], caseId: string) =>
  undoable((output) => brought(output, `${alerts(ids.length)} merged into`), 'alerts.merge', { ids, caseId });

export const detachAlerts = (ids: string[]) =>
  undoable(
    ({ changed, removed }) =>
      `${alerts(changed)} detached${removed > 0 ? `, ${plural(removed, 'observable')} moved to the trash with it` : ''}`,
    'alerts.detach',
    { ids },
  );
