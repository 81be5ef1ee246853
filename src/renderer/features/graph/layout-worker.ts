import cytoscape from 'cytoscape';
import fcose from 'cytoscape-fcose';
import type { LayoutAnswer, LayoutName, LayoutRequest } from './layout-protocol.ts';

cytoscape.use(fcose);

/** The same graph gives the same picture each time; the layouts ask for chance. */
function seedChance(): void {
  let state = 0x2545f491;
  Math.random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A node with its label below it, in pixels: what must not lie on another. A canvas to measure text is not there. */
const HEIGHT = 44;
const CHARACTER = 6.2;
const NARROWEST = 30;
const SPACE = 70;

function optionsOf(name: LayoutName, isContinued: boolean): cytoscape.LayoutOptions {
  const common = { animate: false, fit: false, padding: 0 };
  switch (name) {
    case 'organic':
      return {
        ...common,
        name: 'fcose',
        quality: 'default',
        randomize: !isContinued,
        nodeSeparation: SPACE,
        idealEdgeLength: SPACE,
        nodeRepulsion: 9_000,
        tile: true,
      } as cytoscape.LayoutOptions;
    case 'circles':
      return {
        ...common,
        name: 'concentric',
        minNodeSpacing: SPACE / 2,
        concentric: (node: { data(name: string): number }) => node.data('degree'),
        levelWidth: () => 2,
      };
    case 'tree':
      return { ...common, name: 'breadthfirst', spacingFactor: 1.1, avoidOverlap: true };
    case 'grid':
      return { ...common, name: 'grid', avoidOverlapPadding: SPACE / 2 };
  }
}

/** Away from the window: two thousand nodes take seconds, and the picture goes on moving under the hand. */
addEventListener('message', ({ data }: MessageEvent<LayoutRequest>) => {
  seedChance();
  const side = Math.max(600, Math.ceil(Math.sqrt(data.nodes.length)) * SPACE * 1.6);
  const cy = cytoscape({
    headless: true,
    styleEnabled: true,
    style: [{ selector: 'node', style: { width: 'data(width)', height: HEIGHT, shape: 'rectangle' } }],
    elements: {
      nodes: data.nodes.map(({ key, degree, labelLength, at }) => ({
        data: { id: key, degree, width: Math.max(NARROWEST, labelLength * CHARACTER) },
        ...(at && { position: at }),
      })),
      edges: data.edges.map(({ from, to }, index) => ({ data: { id: `e${index}`, source: from, target: to } })),
    },
  });
  const isContinued = data.nodes.some(({ at }) => at !== undefined);
  cy.layout({
    ...optionsOf(data.name, isContinued),
    boundingBox: { x1: 0, y1: 0, w: side * 1.5, h: side },
  } as cytoscape.LayoutOptions).run();
  const at = data.nodes.flatMap(({ key }) => {
    const { x, y } = cy.getElementById(key).position();
    return [x, y];
  });
  cy.destroy();
  postMessage({ id: data.id, at } satisfies LayoutAnswer);
});
