import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { hostBridge } from '../../api/host.ts';
import type { LinkState } from '../../api/link.ts';
import { PALETTE_LABEL } from '../../ui/commands.ts';
import { useKeys } from '../../ui/keys.ts';
import { LinkBanner } from '../../ui/link-banner.tsx';
import { usePrefs } from '../../ui/prefs.ts';
import { redoLast, undoLast } from '../../state/undoable.ts';
import { useTagColours } from '../../state/tag-colours.ts';
import { leaveToasts } from '../../ui/toast.tsx';
import { DropAnywhere } from './drop-anywhere.tsx';
import { frameStore, useFrame } from '../../state/frame-store.ts';
import { Rail } from './rail.tsx';
import { useReturnFocus } from './return-focus.ts';
import { RowMenu } from './row-menu.tsx';
import { Strip } from './strip.tsx';
import { TopBar } from './top-bar.tsx';

const importPalette = () => import('./palette.tsx');
const Palette = lazy(async () => ({ default: (await importPalette()).Palette }));
const KeySheet = lazy(async () => ({ default: (await import('./key-sheet.tsx')).KeySheet }));

const PANES = '[role="grid"], [role="tree"], .pane-stop';

/** F6: the next pane of the screen takes the focus. */
function focusNextPane(): void {
  const panes = [...document.querySelectorAll<HTMLElement>(PANES)];
  const current = panes.findIndex((pane) => pane.contains(document.activeElement));
  panes[(current + 1) % panes.length]?.focus();
}

/** What is typed before the palette's field has the focus goes into it, and is no key of the screen below. */
function typeAhead(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.key === 'Escape') return;
    if (event.target instanceof Element && event.target.closest('.palette') !== null) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { paletteText, setPaletteText } = frameStore.getState();
    if (event.key.length === 1) setPaletteText(paletteText + event.key);
  };
  window.addEventListener('keydown', onKey, true);
  return () => window.removeEventListener('keydown', onKey, true);
}

/** What stands around every screen. */
export function Frame({ link, children }: { link: LinkState; children: ReactNode }) {
  const isRailHidden = usePrefs((prefs) => prefs.isRailHidden);
  const toggleRail = usePrefs((prefs) => prefs.toggleRail);
  useTagColours();
  useReturnFocus();
  const { setPalette, setKeySheet } = frameStore.getState();
  const [location, navigate] = useLocation();
  useEffect(leaveToasts, [location]);
  const bindings = [
    { keys: 'mod+k', label: PALETTE_LABEL, inFields: true, run: () => setPalette(true) },
    { keys: '?', label: 'Show all keys', run: () => setKeySheet(true) },
    { keys: 'mod+b', label: 'Show or hide the rail', run: toggleRail },
    { keys: 'mod+z', label: 'Undo', run: undoLast },
    { keys: 'mod+shift+z', label: 'Redo', run: redoLast },
    { keys: 'F6', label: 'Next pane', inFields: true, run: focusNextPane },
    { keys: 'mod+1', label: 'Go to Intake', run: () => navigate('/intake') },
    { keys: 'mod+2', label: 'Go to Cases', run: () => navigate('/cases') },
    { keys: 'mod+3', label: 'Go to Observables', run: () => navigate('/observables') },
    { keys: 'mod+4', label: 'Go to Jobs', run: () => navigate('/jobs') },
  ];
  useKeys(bindings, true, 'everywhere');
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
      <Overlays />
      <RowMenu />
    </div>
  );
}

/** Palette and key sheet: in the page from the first time they are asked for. */
function Overlays() {
  const isPaletteOpen = useFrame((frame) => frame.isPaletteOpen);
  const isKeySheetOpen = useFrame((frame) => frame.isKeySheetOpen);
  const [wasAsked, setAsked] = useState({ palette: false, keys: false });
  if ((isPaletteOpen && !wasAsked.palette) || (isKeySheetOpen && !wasAsked.keys))
    setAsked({ palette: wasAsked.palette || isPaletteOpen, keys: wasAsked.keys || isKeySheetOpen });
  useEffect(() => {
    // What is typed right after Ctrl+K must not wait for a file.
    const idle = requestIdleCallback(() => void importPalette());
    return () => cancelIdleCallback(idle);
  }, []);
  useEffect(() => (isPaletteOpen ? typeAhead() : undefined), [isPaletteOpen]);
  return (
    <Suspense fallback={null}>
      {wasAsked.palette && <Palette />}
      {wasAsked.keys && <KeySheet />}
    </Suspense>
  );
}
