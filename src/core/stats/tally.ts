import type { StatAnswer, StatQuestion } from '../../shared/contract/dashboards.ts';

interface Cell {
  things: number;
  measured: number;
  total: number;
  min: number;
  max: number;
}

/** Adds up cells by value and group of time, and says what the question asked of them. */
export interface Tally {
  add(key: string, group: number, things: number, measured: number, total: number, least?: number): void;
  answer(): Pick<StatAnswer, 'groups' | 'series' | 'others'>;
}

const emptyCell = (): Cell => ({
  things: 0,
  measured: 0,
  total: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
});

export function createTally(question: StatQuestion, groups: readonly number[]): Tally {
  const { agg, by, limit, sort } = question;
  const cells = new Map<string, Map<number, Cell>>();
  if (by === null) cells.set('', new Map());

  const valueOf = (cell: Cell | undefined): number | null => {
    if (agg === 'count') return cell?.things ?? 0;
    if (agg === 'sum') return cell?.total ?? 0;
    if (cell === undefined || cell.measured === 0) return null;
    return agg === 'avg' ? cell.total / cell.measured : agg === 'min' ? cell.min : cell.max;
  };
  /** What a value is ranked by: what it counts over the whole period. */
  const weight = (row: ReadonlyMap<number, Cell>): number => {
    const whole = emptyCell();
    for (const cell of row.values()) merge(whole, cell);
    return valueOf(whole) ?? 0;
  };

  return {
    add(key, group, things, measured, total, number) {
      let row = cells.get(key);
      if (row === undefined) cells.set(key, (row = new Map()));
      let cell = row.get(group);
      if (cell === undefined) row.set(group, (cell = emptyCell()));
      cell.things += things;
      cell.measured += measured;
      cell.total += total;
      if (number === undefined) return;
      cell.min = Math.min(cell.min, number);
      cell.max = Math.max(cell.max, number);
    },
    answer() {
      const ranked = [...cells]
        .map(([key, row]) => ({ key, row, weight: weight(row) }))
        .filter(({ row }) => by === null || [...row.values()].some(({ things }) => things !== 0));
      ranked.sort((a, b) => {
        const byWeight = sort === 'named' ? 0 : sort === 'most' ? b.weight - a.weight : a.weight - b.weight;
        return byWeight !== 0 ? byWeight : a.key < b.key ? -1 : 1;
      });
      const series = ranked.slice(0, limit).map(({ key, row }) => ({
        key,
        values: groups.map((group) => valueOf(row.get(group))),
      }));
      const rest = ranked.slice(limit);
      if (rest.length === 0) return { groups: [...groups], series, others: null };
      const isAdded = agg === 'count' || agg === 'sum';
      const values = groups.map((group) =>
        isAdded ? rest.reduce((sum, { row }) => sum + (valueOf(row.get(group)) ?? 0), 0) : null,
      );
      return { groups: [...groups], series, others: { keys: rest.length, values } };
    },
  };
}

function merge(into: Cell, cell: Cell): void {
  into.things += cell.things;
  into.measured += cell.measured;
  into.total += cell.total;
  into.min = Math.min(into.min, cell.min);
  into.max = Math.max(into.max, cell.max);
}
