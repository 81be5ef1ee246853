import { notifications } from '@mantine/notifications';
import { IconCheck } from '@tabler/icons-react';
import { Kbd } from './kbd.tsx';

const SHOWN_MS = 6_000;
/** A toast that came with a navigation tells of it; an older one told of the screen that was left. */
const FRESH_MS = 700;

interface ToastAction {
  label: string;
  run(): void;
}

interface Undo {
  run(): void;
  /** Means nothing on another screen. */
  isLocal: boolean;
}

/** When each that is on the screen came; -Infinity for one that means nothing on another screen. */
const shown = new Map<string, number>();
let lastUndo: Undo | undefined;

/** Past tense, with a way on where there is one. Never for an error that needs work. Returns its id. */
export function toast(message: string, action?: ToastAction & { keys?: readonly string[] }): string {
  const id = notifications.show({
    autoClose: SHOWN_MS,
    closeButtonProps: { 'aria-label': 'Dismiss' },
    onClose: () => shown.delete(id),
    message: (
      <span className="row">
        <IconCheck size={15} stroke={1.75} aria-hidden="true" />
        <span className="grow breaks">{message}</span>
        {action && (
          <button
            type="button"
            className="lnk m row tight"
            onClick={() => {
              notifications.hide(id);
              action.run();
            }}
          >
            {action.label} {action.keys && <Kbd keys={action.keys} />}
          </button>
        )}
      </span>
    ),
  });
  shown.set(id, Date.now());
  return id;
}

/** For what is in no change log: the window takes it back itself. `isLocal` ends with the screen it was shown on. */
export function undoToast(message: string, run: () => void, isLocal = false): void {
  const tell = (): void => void toast(`Undone: ${message.charAt(0).toLowerCase()}${message.slice(1)}`);
  offerUndo(
    message,
    () => {
      run();
      tell();
    },
    isLocal,
  );
}

/** A toast whose Undo is also on Ctrl+Z until another one comes; `run` tells what came of it. */
export function offerUndo(message: string, run: () => void, isLocal = false): void {
  const undo: Undo = {
    isLocal,
    run: () => {
      if (lastUndo === undo) lastUndo = undefined;
      notifications.hide(id);
      run();
    },
  };
  const id = toast(message, { label: 'Undo', keys: ['Ctrl', 'Z'], run: undo.run });
  if (isLocal) shown.set(id, Number.NEGATIVE_INFINITY);
  lastUndo = undo;
}

/** How to take the last thing back that offered it. */
export const takeLastUndo = (): (() => void) | undefined => lastUndo?.run;

/** On a new screen what told of the old one goes. */
export function leaveToasts(): void {
  if (lastUndo?.isLocal) lastUndo = undefined;
  const now = Date.now();
  for (const [id, at] of shown) if (now - at > FRESH_MS) notifications.hide(id);
}

/** A locked workspace leaves no words on the screen, and nothing of it can be undone. */
export function clearToasts(): void {
  lastUndo = undefined;
  notifications.clean();
  shown.clear();
}
