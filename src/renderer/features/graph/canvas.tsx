import { useComputedColorScheme } from '@mantine/core';
import cytoscape, { type Core, type EventObject } from 'cytoscape';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { edgeWords, type Picture } from './graph-model.ts';
import { graphStyle, pictureGround } from './graph-style.ts';
import type { Positions } from './use-layout.ts';

/** What the screen can ask of the picture. */
export interface Canvas {
  fit(): void;
  zoom(factor: number): void;
  /** Brings a node to the middle. */
  show(key: string): void;
  /** As PNG, the whole picture at twice its size, as far as a picture may be that large. */
  png(): Promise<Blob>;
}

interface Props {
  picture: Picture;
  positions: Positions;
  /** Keys of nodes and ids of lines. */
  selected: ReadonlySet<string>;
  /** Everything else is faded; undefined fades nothing. */
  lit: ReadonlySet<string> | undefined;
  label: string;
  onSelect(ids: string[], isAdded: boolean): void;
  onOpen(key: string): void;
  handle: Ref<Canvas>;
}

/** It looks for this id, and adds a style element of its own where it finds none; the page's policy forbids that. */
const STYLE_ID = '__________cytoscape_stylesheet';
const MAX_SIDE = 8_000;

function keepStyleOut(): void {
  if (document.getElementById(STYLE_ID)) return;
  const mark = document.createElement('meta');
  mark.id = STYLE_ID;
  document.head.append(mark);
}

export default function GraphCanvas(props: Props) {
  const { picture, positions, selected, lit } = props;
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Core>(undefined);
  const wasFitted = useRef(false);
  const latest = useRef(props);
  const scheme = useComputedColorScheme('dark');
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (!box.current) return undefined;
    keepStyleOut();
    const cy = cytoscape({
      container: box.current,
      style: graphStyle(),
      minZoom: 0.05,
      maxZoom: 4,
      // Panning two thousand labelled nodes: the picture is moved, not drawn anew.
      textureOnViewport: true,
      hideEdgesOnViewport: false,
      pixelRatio: 'auto',
      boxSelectionEnabled: true,
    });
    const isAdding = ({ originalEvent }: EventObject): boolean => originalEvent.shiftKey || originalEvent.ctrlKey;
    cy.on('tap', (event: EventObject) => {
      const id: unknown = event.target === cy ? undefined : event.target.id();
      latest.current.onSelect(typeof id === 'string' ? [id] : [], isAdding(event));
    });
    cy.on('boxend', () => {
      // The boxed ones are told after this event.
      setTimeout(
        () =>
          latest.current.onSelect(
            cy.$('node:selected').map((node) => node.id()),
            false,
          ),
        0,
      );
    });
    cy.on('dbltap', 'node', (event: EventObject) => latest.current.onOpen(event.target.id() as string));
    drawn.current = cy;
    return () => {
      cy.destroy();
      drawn.current = undefined;
      wasFitted.current = false;
    };
  }, []);

  useEffect(() => {
    drawn.current?.style(graphStyle());
  }, [scheme]);

  useEffect(() => {
    const cy = drawn.current;
    if (!cy) return;
    const spots = picture.spots.filter(({ key }) => positions.has(key));
    const there = new Set(spots.map(({ key }) => key));
    const lines = picture.lines.filter(({ from, to }) => there.has(from) && there.has(to));
    const wanted = new Set([...there, ...lines.map(({ id }) => id)]);
    cy.batch(() => {
      cy.elements()
        .filter((element) => !wanted.has(element.id()))
        .remove();
      for (const { key, node, label } of spots) {
        const data = {
          label,
          kind: node.kind,
          ...(node.kind === 'observable' && { type: node.dataType, verdict: node.verdict ?? '', isIoc: node.isIoc }),
        };
        const known = cy.getElementById(key);
        if (known.empty()) cy.add({ group: 'nodes', data: { id: key, ...data }, position: { ...positions.get(key)! } });
        else {
          known.data(data);
          known.position({ ...positions.get(key)! });
        }
      }
      for (const { id, from, to, edge } of lines) {
        if (cy.getElementById(id).nonempty()) continue;
        const data = {
          source: from,
          target: to,
          kind: edge.kind,
          label: edgeWords(edge),
          isOwn: edge.relationId !== null,
        };
        cy.add({ group: 'edges', data: { id, ...data } });
      }
    });
    if (!wasFitted.current && spots.length > 0) {
      cy.fit(undefined, 40);
      if (cy.zoom() > 1.1) cy.zoom({ level: 1.1, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
      wasFitted.current = true;
    }
  }, [picture, positions]);

  useEffect(() => {
    const cy = drawn.current;
    cy?.batch(() => {
      for (const element of cy.elements().toArray()) {
        const isChosen = selected.has(element.id());
        if (element.selected() !== isChosen) {
          if (isChosen) element.select();
          else element.unselect();
        }
        element.toggleClass('faded', lit !== undefined && !lit.has(element.id()));
      }
    });
    // What was just drawn has neither mark yet.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [selected, lit, picture, positions]);

  useImperativeHandle(props.handle, () => ({
    fit: () => void drawn.current?.fit(undefined, 40),
    zoom(factor) {
      const cy = drawn.current;
      cy?.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
    },
    show(key) {
      const cy = drawn.current;
      const node = cy?.getElementById(key);
      if (!cy || !node?.nonempty()) return;
      if (cy.zoom() < 0.8) cy.zoom(1);
      cy.center(node);
    },
    async png() {
      const cy = drawn.current!;
      return await cy.png({
        output: 'blob-promise',
        full: true,
        bg: pictureGround(),
        scale: 2,
        maxWidth: MAX_SIDE,
        maxHeight: MAX_SIDE,
      });
    },
  }));

  return <div ref={box} className="graph-canvas" role="img" aria-label={props.label} />;
}
