import { useEffect, useRef } from 'react';
import { type CommandScope, registerSource, usualMeaning } from './commands.ts';

export interface KeyBinding {
  /** `j`, `Enter`, `shift+a`, `mod+k` (Ctrl, or Command on a Mac), `?`. */
  keys: string;
  run(event: KeyboardEvent): void;
  /** Also while a text field has the focus; single letters never do. */
  inFields?: boolean;
  /** What it does, for the palette and the key sheet; a key that means the same everywhere needs none for the sheet. */
  label?: string;
  /** Where it answers false the key keeps its usual meaning. */
  when?(): boolean;
}

/** Whether typing goes into this element. */
export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit', 'file'].includes(target.type);
}

/** Whether Space and Enter already mean something on this element. */
function takesActivation(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('button, a[href], summary, [role="checkbox"], [role="menuitem"], [role="option"], [role="tab"]') !==
      null
  );
}

/** The name of a key press as bindings write it, or undefined for one with Alt, which belongs to the system. */
export function keyName(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
): string | undefined {
  if (event.altKey) return undefined;
  const key = event.key === ' ' ? 'Space' : event.key;
  const isLetter = key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  // `?` and `#` need Shift on some layouts and not on others: only letters and named keys say it.
  const shift = event.shiftKey && (isLetter || key.length > 1) ? 'shift+' : '';
  const mod = event.ctrlKey || event.metaKey ? 'mod+' : '';
  return `${mod}${shift}${isLetter ? key.toLowerCase() : key}`;
}

const isModalOpen = (): boolean => document.querySelector('[aria-modal="true"], [role="menu"]') !== null;
/** A popover belongs to its screen: what works from fields works from it too (Ctrl+Enter), single letters and Esc do not. */
const isPopoverOpen = (): boolean => document.querySelector('[role="dialog"]') !== null;

/** Runs bindings for key presses anywhere in the window, except in text fields, dialogs and menus. */
export function useKeys(bindings: readonly KeyBinding[], isEnabled = true, scope: CommandScope = 'screen'): void {
  const latest = useRef(bindings);
  useEffect(() => {
    latest.current = bindings;
  });
  useEffect(() => (isEnabled ? registerSource(sourceOf(scope, () => latest.current)) : undefined), [isEnabled, scope]);
  useEffect(() => {
    if (!isEnabled) return undefined;
    let isForModal = false;
    let isForPopover = false;
    // Before anybody else: the key that closes a dialog must not act on the screen below it as well.
    const look = (): void => {
      isForModal = isModalOpen();
      isForPopover = isPopoverOpen();
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const name = keyName(event);
      const binding = latest.current.find((each) => each.keys === name);
      if (!binding || isForModal || (isForPopover && !binding.inFields) || binding.when?.() === false) return;
      if (isTextField(event.target) && !binding.inFields) return;
      if ((name === 'Space' || name === 'Enter') && takesActivation(event.target)) return;
      event.preventDefault();
      binding.run(event);
    };
    window.addEventListener('keydown', look, true);
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('keydown', look, true);
      window.removeEventListener('keydown', onKey);
    };
  }, [isEnabled]);
}

/** Bindings as the palette and the key sheet see them. */
function sourceOf(scope: CommandScope, bindings: () => readonly KeyBinding[]): Parameters<typeof registerSource>[0] {
  const usable = (): KeyBinding[] => bindings().filter((binding) => binding.when?.() !== false);
  return {
    scope,
    commands: () =>
      usable().flatMap(({ label, keys, run }) =>
        label === undefined ? [] : [{ label, keys, run: () => run(new KeyboardEvent('keydown')) }],
      ),
    keys: () =>
      usable().flatMap(({ label, keys }) => {
        const meaning = label ?? usualMeaning(keys);
        return meaning === undefined ? [] : [{ keys, meaning }];
      }),
  };
}
