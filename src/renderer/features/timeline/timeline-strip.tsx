import { IconArrowsMaximize, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import type { Order, TimelineIndex } from './queries.ts';
import { coloursOf, drawStrip, type View } from './strip-draw.ts';
import { createStripScale } from './strip-scale.ts';
import { momentWords } from './words.ts';

const HEIGHT = 96;
/** Of the whole, the most that can be zoomed into. */
const CLOSEST = 1 / 20_000;

/** What is in view, in UTC milliseconds. */
export interface Range {
  from: number;
  to: number;
}

/**
 * All events of the list on one line, long silences drawn short. Wheel or + and − zoom, dragging or the arrows move, a click
 * goes to the nearest event. Told of what is in view; `undefined` is all.
 */
export function TimelineStrip(props: {
  index: TimelineIndex;
  order: Order;
  zone: string;
  /** Position in the index; -1 for none. */
  cursor: number;
  range: Range | undefined;
  onRange(range: Range | undefined): void;
  onPick(position: number): void;
}) {
  const { index, order, zone, cursor, range } = props;
  const { ref: sized, width } = useElementSize<HTMLDivElement>();
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const merged = useMergedRef(sized, host);
  const colorScheme = useComputedColorScheme('dark', { getInitialValueInEffect: false });
  const [drag, setDrag] = useState<{ x: number; view: View; hasMoved: boolean }>();
  const times = order === 'event' ? index.at : index.recordedAt;
  const scale = useMemo(() => createStripScale(times), [times]);
  const view: View = useMemo(
    () =>
      range === undefined
        ? { from: 0, to: scale.length }
        : { from: scale.toAxis(range.from), to: Math.max(scale.toAxis(range.to), scale.toAxis(range.from) + 1) },
    [range, scale],
  );

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || width === 0) return undefined;
    const ratio = window.devicePixelRatio;
    element.width = Math.round(width * ratio);
    element.height = Math.round(HEIGHT * ratio);
    const frame = requestAnimationFrame(() => {
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawStrip(context, { width, height: HEIGHT }, { index, times, scale, view, zone, cursor }, coloursOf(element));
    });
    return () => cancelAnimationFrame(frame);
    // The scheme changes the colours and nothing else.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [index, times, scale, view, zone, cursor, width, colorScheme]);

  const show = (next: View): void => {
    const length = Math.min(scale.length, Math.max(scale.length * CLOSEST, next.to - next.from));
    const from = Math.min(Math.max(0, next.from), scale.length - length);
    props.onRange(
      length >= scale.length * 0.999 ? undefined : { from: scale.toTime(from), to: scale.toTime(from + length) },
    );
  };
  const zoom = (factor: number, at = 0.5): void => {
    const length = view.to - view.from;
    const middle = view.from + length * at;
    show({ from: middle - length * factor * at, to: middle + length * factor * (1 - at) });
  };
  const move = (by: number): void => show({ from: view.from + by, to: view.to + by });
  const latest = useRef({ zoom, move, view });
  latest.current = { zoom, move, view };

  useEffect(() => {
    const element = host.current;
    // React listens passively, and the page must not scroll meanwhile.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element?.getBoundingClientRect();
      const { view: shown } = latest.current;
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY))
        latest.current.move(((shown.to - shown.from) * event.deltaX) / (box?.width ?? 1));
      else latest.current.zoom(event.deltaY > 0 ? 1.25 : 0.8, (event.clientX - (box?.left ?? 0)) / (box?.width ?? 1));
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, []);

  const pick = (clientX: number): void => {
    const box = host.current?.getBoundingClientRect();
    if (!box) return;
    const at = scale.toTime(view.from + ((clientX - box.left) / box.width) * (view.to - view.from));
    let nearest = -1;
    for (let i = 0; i < times.length; i += 1) {
      if (nearest < 0 || Math.abs((times[i] ?? 0) - at) < Math.abs((times[nearest] ?? 0) - at)) nearest = i;
    }
    props.onPick(nearest);
  };
  const words = `${plural(index.ids.length, 'event')} from ${momentWords(times[0] ?? 0, zone)} to ${momentWords(times.at(-1) ?? 0, zone)}`;
  return (
    <div className="strip-pane">
      <div
        ref={merged}
        className="strip-line"
        role="group"
        aria-label={`Strip: ${words}. Plus and minus zoom, the arrows move, 0 shows all.`}
        tabIndex={0}
        onKeyDown={(event) => {
          const quarter = (view.to - view.from) / 4;
          const act: Record<string, () => void> = {
            '+': () => zoom(0.5),
            '=': () => zoom(0.5),
            '-': () => zoom(2),
            '0': () => props.onRange(undefined),
            ArrowLeft: () => move(-quarter),
            ArrowRight: () => move(quarter),
          };
          const run = act[event.key];
          if (!run) return;
          event.preventDefault();
          event.stopPropagation();
          run();
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ x: event.clientX, view, hasMoved: false });
        }}
        onPointerMove={(event) => {
          if (!drag) return;
          const by = drag.x - event.clientX;
          if (!drag.hasMoved && Math.abs(by) < 4) return;
          if (!drag.hasMoved) setDrag({ ...drag, hasMoved: true });
          const perPixel = (drag.view.to - drag.view.from) / Math.max(1, width);
          show({ from: drag.view.from + by * perPixel, to: drag.view.to + by * perPixel });
        }}
        onPointerUp={(event) => {
          if (drag && !drag.hasMoved) pick(event.clientX);
          setDrag(undefined);
        }}
      >
        <canvas ref={canvas} aria-hidden="true" />
      </div>
      <div className="strip-tools">
        <Button kind="ghost" size="small" isIcon label="Zoom in" onClick={() => zoom(0.5)}>
          <IconZoomIn size={14} stroke={1.75} />
        </Button>
        <Button kind="ghost" size="small" isIcon label="Zoom out" onClick={() => zoom(2)}>
          <IconZoomOut size={14} stroke={1.75} />
        </Button>
        <Button
          kind="ghost"
          size="small"
          isIcon
          label="Show all"
          isDisabled={range === undefined}
          onClick={() => props.onRange(undefined)}
        >
          <IconArrowsMaximize size={14} stroke={1.75} />
        </Button>
      </div>
    </div>
  );
}
