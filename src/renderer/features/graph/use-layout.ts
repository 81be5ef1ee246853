import { useEffect, useRef, useState } from 'react';
import type { Picture } from './graph-model.ts';
import type { LayoutAnswer, LayoutName, LayoutRequest } from './layout-protocol.ts';

export type Positions = ReadonlyMap<string, { x: number; y: number }>;

/**
 * Where the nodes of a picture stand, worked out beside the window. What stood somewhere stays about there when nodes
 * come or go; another layout starts anew.
 */
export function useLayout(picture: Picture, name: LayoutName): { positions: Positions; isBusy: boolean } {
  const [state, setState] = useState<{ positions: Positions; isBusy: boolean }>({
    positions: new Map(),
    isBusy: false,
  });
  const worker = useRef<Worker>(undefined);
  const last = useRef({ id: 0, name, keys: [] as string[], positions: new Map() as Positions });

  useEffect(() => {
    const made = new Worker(new URL('layout-worker.ts', import.meta.url), { type: 'module' });
    made.addEventListener('message', ({ data }: MessageEvent<LayoutAnswer>) => {
      // An answer to an older picture: a newer one is on its way.
      if (data.id !== last.current.id) return;
      const positions = new Map(
        last.current.keys.map((key, index) => [key, { x: data.at[index * 2] ?? 0, y: data.at[index * 2 + 1] ?? 0 }]),
      );
      last.current.positions = positions;
      setState({ positions, isBusy: false });
    });
    worker.current = made;
    return () => made.terminate();
  }, []);

  const shape = `${name}\0${picture.spots.map(({ key }) => key).join('\0')}\0${picture.lines.map(({ id }) => id).join('\0')}`;
  useEffect(() => {
    const { current } = last;
    const isSameLayout = current.name === name && name === 'organic';
    current.id += 1;
    current.name = name;
    current.keys = picture.spots.map(({ key }) => key);
    if (picture.spots.length === 0) return;
    setState((before) => ({ ...before, isBusy: true }));
    worker.current?.postMessage({
      id: current.id,
      name,
      nodes: picture.spots.map(({ key, degree, label }) => ({
        key,
        degree,
        labelLength: label.length,
        at: isSameLayout ? current.positions.get(key) : undefined,
      })),
      edges: picture.lines.map(({ from, to }) => ({ from, to })),
    } satisfies LayoutRequest);
    // The shape says everything that a layout depends on.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [shape]);
  return state;
}
