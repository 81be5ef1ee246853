import type { Observable } from '../../../shared/contract/entities.ts';
import type { ObservablePatch, ObservableTarget } from '../../../shared/contract/observables.ts';
import { callCore, type Input, type Output } from '../../api/client.ts';
import { AppError } from '../../../shared/errors.ts';
import { frameStore } from '../../state/frame-store.ts';
import { offerUndo, toast } from '../../ui/toast.tsx';
import { plural } from '../../ui/format.ts';

/** Above this an edit shows how far it is, and can be stopped. */
const LONG = 1_000;
const LOOK_EVERY_MS = 250;

/**
 * Changes what is meant and offers to take it back, in one step. A long one is seen in the strip, where it can be
 * stopped; what was changed until then stays, and can be taken back too.
 */
export const editObservables = (
  target: ObservableTarget,
  patch: ObservablePatch,
  size: number,
  said: (changed: number) => string,
): Promise<{ changed: number } | undefined> =>
  longCall('observables.edit', { target, patch }, size, ({ changed }) => said(changed));

/** One field of one observable, in place; said in the toast that takes it back. */
export const editOne = ({ id }: Observable, patch: ObservablePatch): Promise<unknown> =>
  editObservables({ ids: [id] }, patch, 1, (changed) => (changed === 0 ? '' : saidOf(patch))).catch(() => undefined);

function saidOf(patch: ObservablePatch): string {
  if (patch.isIoc !== undefined) return patch.isIoc ? 'Marked as IOC' : 'No longer an IOC';
  if (patch.isSighted !== undefined) return patch.isSighted ? 'Marked as sighted' : 'No longer sighted';
  if (patch.ignoreSimilarity !== undefined)
    return patch.ignoreSimilarity ? 'No longer compared with other cases' : 'Compared with other cases again';
  if (patch.tlp !== undefined) return `TLP changed to ${patch.tlp}`;
  if (patch.pap !== undefined) return `PAP changed to ${patch.pap}`;
  if (patch.tags !== undefined) return 'Tags changed';
  if (patch.message !== undefined) return 'Description changed';
  if (patch.sightedAt !== undefined) return 'Time of the sighting changed';
  return 'Observable changed';
}

export const retypeObservables = (
  input: Omit<Input<'observables.retype'>, 'token'>,
  size: number,
): Promise<Output<'observables.retype'> | undefined> =>
  longCall('observables.retype', input, size, ({ changed }) =>
    changed === 0 ? '' : `${plural(changed, 'observable')} changed to ${input.dataType}`,
  );

async function longCall<K extends 'observables.edit' | 'observables.retype'>(
  name: K,
  input: Omit<Input<K>, 'token'>,
  size: number,
  said: (output: Output<K>) => string,
): Promise<Output<K> | undefined> {
  const group = crypto.randomUUID();
  const stop = new AbortController();
  const token = crypto.randomUUID();
  const undo = (): void => void callCore('changes.undo', { group });
  const look = size > LONG ? watch(token, size, () => stop.abort()) : undefined;
  try {
    const output = await callCore(name, { ...input, token } as Input<K>, stop.signal, group);
    const text = said(output);
    if (text !== '') offerUndo(text, undo);
    return output;
  } catch (error) {
    if (!stop.signal.aborted) {
      if (error instanceof AppError) toast(`Not changed. ${error.message}`);
      throw error;
    }
    offerUndo(`Stopped: what was changed of ${plural(size, 'observable')} stays`, undo);
    return undefined;
  } finally {
    look?.();
  }
}

/** Shows a long edit among what is under way; returns what takes it away again. */
function watch(token: string, total: number, cancel: () => void): () => void {
  const { putWork, dropWork } = frameStore.getState();
  const show = (done: number): void => putWork({ id: token, name: 'Changing observables', done, total, cancel });
  show(0);
  const timer = setInterval(() => {
    void callCore('observables.progress', { token }).then(
      (progress) => progress && show(Math.round((progress.done / Math.max(1, progress.total)) * total)),
      () => undefined,
    );
  }, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    dropWork(token);
  };
}
