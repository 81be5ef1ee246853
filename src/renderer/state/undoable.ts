import { callCore, type CallName, type Input, type Output } from '../api/client.ts';
import { errorText } from '../api/error-text.ts';
import { activityTitle } from '../features/activity/activity-words.ts';
import { plural } from '../ui/format.ts';
import { offerUndo, takeLastUndo, toast } from '../ui/toast.tsx';

const REDO_KEYS = ['Ctrl', 'Shift', 'Z'];

/**
 * Makes a change and offers to take it back, in the toast and on Ctrl+Z. Whatever the one call changes goes back in one
 * step. `message` is in the past tense; it may need the answer ("12 observables moved to the trash"), and '' tells nothing.
 */
export async function undoable<K extends CallName>(
  message: string | ((output: Output<K>) => string),
  name: K,
  input: Input<K>,
): Promise<Output<K>> {
  const group = crypto.randomUUID();
  const output = await callCore(name, input, undefined, group);
  const text = typeof message === 'string' ? message : message(output);
  if (text !== '') offerUndo(text, () => void takeBack('changes.undo', group));
  return output;
}

/** Ctrl+Z: the last thing that offered it on this screen, else the last one in the change log. */
export function undoLast(): void {
  const run = takeLastUndo();
  if (run) run();
  else void takeBack('changes.undo');
}

/** Ctrl+Shift+Z: what the last undo took, unless something else was done since. */
export function redoLast(): void {
  void takeBack('changes.redo');
}

async function takeBack(name: 'changes.undo' | 'changes.redo', group?: string): Promise<void> {
  try {
    const isUndo = name === 'changes.undo';
    const done = await callCore(name, group === undefined ? {} : { group });
    if (!done) {
      toast(isUndo ? 'Nothing to undo' : 'Nothing to redo');
      return;
    }
    const message = `${isUndo ? 'Undone' : 'Done again'}: ${whatWasDone(done)}${whatWasLeft(done)}`;
    if (isUndo) toast(message, { label: 'Redo', keys: REDO_KEYS, run: () => void takeBack('changes.redo', done.of) });
    else offerUndo(message, () => void takeBack('changes.undo', done.group));
  } catch (error) {
    toast(`Not taken back. ${errorText(error).message}`);
  }
}

type Done = NonNullable<Output<'changes.undo'>>;

function whatWasDone({ what }: Done): string {
  const [first, ...rest] = what;
  if (!first) return 'a change';
  const title = activityTitle(first);
  const label = first.things.length === 1 && first.things[0]?.label ? ` “${first.things[0].label}”` : '';
  const more = rest.length > 0 ? ` and ${plural(rest.length, 'more change')}` : '';
  return `${title.charAt(0).toLowerCase()}${title.slice(1)}${label}${more}`;
}

function whatWasLeft({ left, reasons }: Done): string {
  return left === 0 ? '' : `. ${plural(left, 'field')} left as it is now: ${reasons[0]?.why ?? ''}`;
}
