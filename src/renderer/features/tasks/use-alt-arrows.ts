import { useEffect, useRef } from 'react';
import { isTextField } from '../../ui/keys.ts';

/** Alt+↑ and Alt+↓ move the current row: the letters of useKeys leave Alt to the system. */
export function useAltArrows(move: (by: 1 | -1) => void): void {
  const latest = useRef(move);
  useEffect(() => {
    latest.current = move;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
      if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
      if (isTextField(event.target) || document.querySelector('[aria-modal="true"], [role="menu"]')) return;
      event.preventDefault();
      latest.current(event.key === 'ArrowDown' ? 1 : -1);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
