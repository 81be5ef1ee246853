import { useEffect } from 'react';

/** What lies over the screen for a while. A menu often opens a dialog, and is gone when that closes. */
const OVERLAY = '[aria-modal="true"], [role="menu"], [role="listbox"]';
const isOver = (element: Element | null): boolean => element !== null && element.closest(OVERLAY) !== null;

/**
 * Gives the focus back to where it was before a dialog, once that leaves the page and nothing else took it. Mantine does
 * so for dialogs that are told to close; most of ours are taken out of the page instead. Returns what ends it.
 */
export function returnFocus(root: Document): () => void {
  let before: HTMLElement | undefined;
  const observer = new MutationObserver(() => {
    if (root.activeElement !== root.body && root.activeElement !== null) return;
    if (root.querySelector('[aria-modal="true"]') !== null) return;
    observer.disconnect();
    const grid = root.querySelector<HTMLElement>('[role="grid"] [tabindex="0"], [role="grid"][tabindex="0"]');
    (before?.isConnected ? before : grid)?.focus({ preventScroll: true });
  });
  const onFocus = ({ target }: FocusEvent): void => {
    if (!(target instanceof HTMLElement)) return;
    if (target.closest('[aria-modal="true"]') !== null) observer.observe(root.body, { childList: true, subtree: true });
    else {
      observer.disconnect();
      if (!isOver(target)) before = target;
    }
  };
  root.addEventListener('focusin', onFocus);
  return () => {
    root.removeEventListener('focusin', onFocus);
    observer.disconnect();
  };
}

export function useReturnFocus(): void {
  useEffect(() => returnFocus(document), []);
}
