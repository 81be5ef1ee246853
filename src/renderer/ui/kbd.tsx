import type { ReactNode } from 'react';
import { isMac } from '../api/host.ts';

const MAC: Readonly<Record<string, string>> = { Ctrl: '⌘', Shift: '⇧', Enter: '↩', Esc: '⎋' };

/** Key caps; on a Mac with its signs. Hidden from screen readers, which read `aria-keyshortcuts`. */
export function Kbd({ keys }: { keys: readonly string[] }) {
  const mac = isMac();
  return keys.map((key) => (
    <span className="kbd" key={key} aria-hidden="true">
      {mac ? (MAC[key] ?? key) : key}
    </span>
  ));
}

export function Hint({ keys, children }: { keys: readonly string[]; children: ReactNode }) {
  return (
    <span className="hint">
      <Kbd keys={keys} />
      {children}
    </span>
  );
}
