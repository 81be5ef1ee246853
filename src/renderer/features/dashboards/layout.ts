import type { DashboardDefinition, Widget } from '../../../shared/contract/dashboards.ts';

type Rows = DashboardDefinition['rows'];
export type Direction = 'left' | 'right' | 'up' | 'down';

export const MOST_IN_ROW = 3;

interface Place {
  row: number;
  at: number;
}

function placeOf(rows: Rows, id: string): Place | undefined {
  for (const [row, widgets] of rows.entries()) {
    const at = widgets.findIndex((widget) => widget.id === id);
    if (at >= 0) return { row, at };
  }
  return undefined;
}

const withoutEmpty = (rows: Rows): Rows => rows.filter((row) => row.length > 0);

/** Puts a widget before another one; a full row sends its last widget to a row of its own below. */
export function moveBefore(rows: Rows, id: string, beforeId: string): Rows {
  const from = placeOf(rows, id);
  const widget = from && rows[from.row]?.[from.at];
  if (widget === undefined || id === beforeId) return rows;
  const rest = rows.map((row) => row.filter((each) => each.id !== id));
  const to = placeOf(rest, beforeId);
  if (to === undefined) return rows;
  const row = [...(rest[to.row] ?? [])];
  row.splice(to.at, 0, widget);
  const spill = row.splice(MOST_IN_ROW);
  rest.splice(to.row, 1, row, ...(spill.length > 0 ? [spill] : []));
  return withoutEmpty(rest);
}

/** One step by keyboard. Up and down go into the neighbour's row where it has room, else into a row between. */
export function moveStep(rows: Rows, id: string, direction: Direction): Rows {
  const from = placeOf(rows, id);
  const widget = from && rows[from.row]?.[from.at];
  if (from === undefined || widget === undefined) return rows;
  const row = rows[from.row] ?? [];
  if (direction === 'left' || direction === 'right') {
    const to = from.at + (direction === 'left' ? -1 : 1);
    const other = row[to];
    if (other === undefined) return rows;
    const swapped = row.map((each, at) => (at === to ? widget : at === from.at ? other : each));
    return rows.map((each, at) => (at === from.row ? swapped : each));
  }
  const step = direction === 'up' ? -1 : 1;
  const neighbour = rows[from.row + step];
  if (neighbour === undefined && row.length === 1) return rows;
  const rest = rows.map((each, at) => (at === from.row ? each.filter((one) => one.id !== id) : each));
  if (neighbour !== undefined && neighbour.length < MOST_IN_ROW) rest[from.row + step] = [...neighbour, widget];
  else if (row.length === 1 && neighbour !== undefined) {
    rest[from.row] = [...neighbour];
    rest[from.row + step] = [widget];
  } else rest.splice(direction === 'up' ? from.row : from.row + 1, 0, [widget]);
  return withoutEmpty(rest);
}

export const removeWidget = (rows: Rows, id: string): Rows =>
  withoutEmpty(rows.map((row) => row.filter((widget) => widget.id !== id)));

/** In place of the one with its id; a new one goes into the last row, or a new row where that is full. */
export function putWidget(rows: Rows, widget: Widget): Rows {
  if (placeOf(rows, widget.id)) return rows.map((row) => row.map((each) => (each.id === widget.id ? widget : each)));
  const last = rows.at(-1);
  if (last === undefined || last.length >= MOST_IN_ROW) return [...rows, [widget]];
  return [...rows.slice(0, -1), [...last, widget]];
}

/** Where a widget is, in words for who hears it move. */
export function placeWords(rows: Rows, id: string): string {
  const place = placeOf(rows, id);
  return place === undefined
    ? ''
    : `row ${place.row + 1} of ${rows.length}, place ${place.at + 1} of ${rows[place.row]?.length ?? 1}`;
}
