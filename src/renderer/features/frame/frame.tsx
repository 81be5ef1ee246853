import { type ReactNode, useEffect } from 'react';
import { useLocation } from 'wouter';
import { hostBridge } from '../../api/host.ts';
import type { LinkState } from '../../api/link.ts';
import { useKeys } from '../../ui/keys.ts';
import { LinkBanner } from '../../ui/link-banner.tsx';
import { usePrefs } from '../../ui/prefs.ts';
import { leaveToasts, undoLast } from '../../ui/toast.tsx';
import { DropAnywhere } from './drop-anywhere.tsx';
import { frameStore } from '../../state/frame-store.ts';
import { KeySheet } from './key-sheet.tsx';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { Strip } from './strip.tsx';
import { TopBar } from './top-bar.tsx';

const PANES = '[role="grid"], [role="tree"], .pane-stop';

/** F6: the next pane of the screen takes the focus. */
function focusNextPane(): void {
  const panes = [...document.querySelectorAll<HTMLElement>(PANES)];
  const current = panes.findIndex((pane) => pane.contains(document.activeElement));
  panes[(current + 1) % panes.length]?.focus();
}

/** What stands around every screen. */
export function Frame({ link, children }: { link: LinkState; children: ReactNode }) {
  const isRailHidden = usePrefs((prefs) => prefs.isRailHidden);
  const toggleRail = usePrefs((prefs) => prefs.toggleRail);
  const { setPalette, setKeySheet } = frameStore.getState();
  const [location, navigate] = useLocation();
  useEffect(leaveToasts, [location]);
  useKeys([
    { keys: 'mod+k', inFields: true, run: () => setPalette(true) },
    { keys: '?', run: () => setKeySheet(true) },
    { keys: 'mod+b', run: toggleRail },
    { keys: 'mod+z', run: undoLast },
    { keys: 'F6', inFields: true, run: focusNextPane },
    { keys: 'mod+1', run: () => navigate('/intake') },
    { keys: 'mod+2', run: () => navigate('/cases') },
    { keys: 'mod+3', run: () => navigate('/observables') },
    { keys: 'mod+4', run: () => navigate('/jobs') },
  ]);
  return (
    <div className="app" data-platform={hostBridge()?.platform} data-rail={isRailHidden ? 'hidden' : undefined}>
      <TopBar />
      <Rail />
      <main className="main">
        <LinkBanner state={link} />
        {children}
      </main>
      <Strip />
      <DropAnywhere />
      <Palette />
      <KeySheet />
    </div>
  );
}
