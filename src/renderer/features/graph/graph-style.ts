import type { StylesheetJson } from 'cytoscape';

/** The tokens as they are in this scheme: a canvas knows no custom properties. */
function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--o-${name}`).trim();
}

/** How the canvas draws. A verdict is said by the border's kind too, never by colour alone. */
export function graphStyle(): StylesheetJson {
  const verdict = (level: string, name: string, border: object): StylesheetJson[number] => ({
    selector: `node[verdict = "${level}"]`,
    style: { 'background-color': token(`${name}-bg`), 'border-color': token(`${name}-mark`), ...border },
  });
  return [
    {
      selector: 'node',
      style: {
        width: 20,
        height: 20,
        'background-color': token('s3'),
        'border-width': 1.5,
        'border-color': token('line-ctl'),
        label: 'data(label)',
        color: token('t2'),
        'font-family': 'IBM Plex Sans Variable, sans-serif',
        'font-size': 11,
        'min-zoomed-font-size': 8,
        'text-valign': 'bottom',
        'text-margin-y': 4,
        'text-background-color': token('s1'),
        'text-background-opacity': 0.6,
        'text-background-padding': '2px',
      },
    },
    {
      selector: 'node[kind = "case"]',
      style: {
        shape: 'round-rectangle',
        width: 30,
        'background-color': token('accent-soft'),
        'border-color': token('accent-line'),
      },
    },
    { selector: 'node[type = "file"], node[kind = "evidence"]', style: { shape: 'cut-rectangle', width: 24 } },
    verdict('safe', 'safe', {}),
    verdict('info', 'info', {}),
    verdict('suspicious', 'susp', { 'border-style': 'dashed', 'border-width': 2.5 }),
    verdict('malicious', 'mal', { 'border-style': 'double', 'border-width': 4 }),
    { selector: 'node[?isIoc]', style: { 'outline-width': 2, 'outline-offset': 2, 'outline-color': token('t1') } },
    {
      selector: 'edge',
      style: {
        width: 1.2,
        'line-color': token('line-ctl'),
        'target-arrow-color': token('line-ctl'),
        'target-arrow-shape': 'triangle',
        'arrow-scale': 0.8,
        'curve-style': 'straight',
        opacity: 0.7,
      },
    },
    { selector: 'edge[kind = "found-in"]', style: { 'line-style': 'dotted' } },
    { selector: 'edge[kind = "held-by"]', style: { 'line-style': 'dashed' } },
    {
      selector: 'edge[?isOwn]',
      style: {
        width: 2,
        'line-color': token('accent-line'),
        'target-arrow-color': token('accent-line'),
        label: 'data(label)',
        'font-size': 10,
        color: token('t2'),
        'min-zoomed-font-size': 9,
        'text-background-color': token('s1'),
        'text-background-opacity': 1,
        'text-background-padding': '2px',
        opacity: 1,
      },
    },
    { selector: '.faded', style: { opacity: 0.18 } },
    {
      selector: 'node:selected',
      style: { 'border-color': token('accent-line'), 'border-width': 4, color: token('t1'), 'z-index': 10 },
    },
    { selector: 'edge:selected', style: { width: 3, 'line-color': token('accent-line'), opacity: 1 } },
  ];
}

/** What an exported picture stands on. */
export const pictureGround = (): string => token('s1');
