import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useId, useRef } from 'react';

export interface VirtualGridProps<Row> {
  label: string;
  rows: readonly Row[];
  rowKey(row: Row, index: number): string | number;
  /** Pixels; must not change for a row once it is shown. */
  rowHeight(row: Row): number;
  /** CSS grid template of the columns. */
  columns: string;
  head: ReactNode;
  headClass?: string;
  /** Index of the row the keyboard is on; -1 for none. */
  cursor: number;
  onCursor(index: number): void;
  onOpen?(index: number): void;
  isSelected?(row: Row): boolean;
  rowClass?(row: Row): string;
  /** The cells, each `role="gridcell"`; a group row renders one cell over all columns. */
  renderRow(row: Row, index: number): ReactNode;
  /** Group rows take no cursor. */
  isGroup?(row: Row): boolean;
  /** Called when the last rows come into view, for lists that load page by page. */
  onEnd?(): void;
  /** The rows in view, for grids whose rows are fetched as they are looked at. */
  onRange?(first: number, last: number): void;
  /** Rows in all, where not all are loaded yet. */
  total?: number | undefined;
  footer?: ReactNode;
}

/**
 * A grid that keeps only the rows in view in the page: 100,000 rows scroll at full speed. The keyboard's row is a cursor
 * on the grid (aria-activedescendant), so that the focus survives rows leaving the page.
 */
export function VirtualGrid<Row>(props: VirtualGridProps<Row>) {
  const { rows, cursor, onEnd } = props;
  const body = useRef<HTMLDivElement>(null);
  const id = useId();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => body.current,
    estimateSize: (index) => {
      const row = rows[index];
      return row === undefined ? 0 : props.rowHeight(row);
    },
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : props.rowKey(row, index);
    },
    overscan: 8,
  });

  useEffect(() => {
    if (cursor >= 0 && cursor < rows.length) virtual.scrollToIndex(cursor, { align: 'auto' });
    // Only a moved cursor scrolls; rows that arrive must not.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [cursor]);

  useEffect(() => {
    // A screen opens with its grid under the keys, unless the user is already somewhere.
    if (cursor >= 0 && (document.activeElement === document.body || document.activeElement === null))
      body.current?.focus({ preventScroll: true });
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  const firstShown = items[0]?.index ?? 0;
  const { onRange } = props;
  useEffect(() => {
    if (last >= 0) onRange?.(firstShown, last);
  }, [onRange, firstShown, last]);
  const isNearEnd = rows.length > 0 && last >= rows.length - 40;
  useEffect(() => {
    if (isNearEnd) onEnd?.();
  }, [isNearEnd, onEnd, rows.length]);

  return (
    <div className="grid" style={{ '--cols': props.columns } as React.CSSProperties}>
      <div
        ref={body}
        className="grid-body"
        role="grid"
        tabIndex={0}
        aria-label={props.label}
        aria-rowcount={props.total ?? rows.length + 1}
        aria-activedescendant={cursor >= 0 && cursor < rows.length ? `${id}-${cursor}` : undefined}
        aria-multiselectable={props.isSelected ? true : undefined}
      >
        <div className={`grid-head sticky ${props.headClass ?? ''}`} role="row" aria-rowindex={1}>
          {props.head}
        </div>
        <div className="grid-canvas" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            const isGroup = props.isGroup?.(row) ?? false;
            const isSelected = isGroup ? undefined : props.isSelected?.(row);
            return (
              <div
                key={item.key}
                className="grid-slot"
                role="presentation"
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              >
                <div
                  id={`${id}-${item.index}`}
                  role="row"
                  aria-rowindex={item.index + 2}
                  aria-selected={isSelected}
                  className={
                    isGroup
                      ? 'group-row'
                      : `grid-row ${item.index === cursor ? 'cursor' : ''} ${props.rowClass?.(row) ?? ''}`
                  }
                  onMouseDown={isGroup ? undefined : () => props.onCursor(item.index)}
                  onDoubleClick={isGroup ? undefined : () => props.onOpen?.(item.index)}
                >
                  {props.renderRow(row, item.index)}
                </div>
              </div>
            );
          })}
        </div>
        {props.footer}
      </div>
    </div>
  );
}

/** The next index from `from` in a direction that is no group row, or `from` where there is none. */
export function stepCursor<Row>(
  rows: readonly Row[],
  from: number,
  step: 1 | -1,
  isGroup: (row: Row) => boolean = () => false,
): number {
  for (let index = from + step; index >= 0 && index < rows.length; index += step) {
    const row = rows[index];
    if (row !== undefined && !isGroup(row)) return index;
  }
  return from;
}
