import { usePrefs } from './prefs.ts';

type Panel = keyof ReturnType<typeof usePrefs.getState>['widths'];

const STEP = 16;

/** The edge of a side pane: drag it, or focus it and use the arrow keys. `side` is where the pane lies. */
export function Resizer({ panel, side, label }: { panel: Panel; side: 'left' | 'right'; label: string }) {
  const width = usePrefs((prefs) => prefs.widths[panel]);
  const setWidth = usePrefs((prefs) => prefs.setWidth);
  const towards = side === 'left' ? 1 : -1;
  return (
    <div
      className={`resizer ${side}`}
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={140}
      aria-valuemax={900}
      tabIndex={0}
      onKeyDown={(event) => {
        const step = event.key === 'ArrowRight' ? STEP : event.key === 'ArrowLeft' ? -STEP : 0;
        if (step === 0) return;
        event.preventDefault();
        setWidth(panel, width + step * towards);
      }}
      onPointerDown={(event) => {
        const startX = event.clientX;
        const target = event.currentTarget;
        target.setPointerCapture(event.pointerId);
        const move = (moved: PointerEvent): void => setWidth(panel, width + (moved.clientX - startX) * towards);
        target.addEventListener('pointermove', move);
        target.addEventListener('pointerup', () => target.removeEventListener('pointermove', move), { once: true });
      }}
    />
  );
}
