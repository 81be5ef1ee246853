import { IconGripVertical } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import './sortable-list.css';

/**
 * A list whose rows are put in order by dragging their handle, or with the arrow keys on it (Home and End for the ends).
 * The focus stays on the row that moved, and a reader hears where it went.
 */
export function SortableList<Item>(props: {
  label: string;
  items: readonly Item[];
  itemKey(item: Item): string;
  /** What the handle and the announcement call it. */
  itemName(item: Item): string;
  onMove(from: number, to: number): void;
  renderItem(item: Item, index: number): ReactNode;
}) {
  const { items } = props;
  const list = useRef<HTMLUListElement>(null);
  const [dragged, setDragged] = useState<number>();
  const [target, setTarget] = useState<number>();
  const [said, setSaid] = useState('');
  const movedKey = useRef<string>(undefined);

  useEffect(() => {
    // A row that is put elsewhere in the page loses the focus.
    if (movedKey.current === undefined) return;
    list.current?.querySelector<HTMLElement>(`[data-handle="${CSS.escape(movedKey.current)}"]`)?.focus();
    movedKey.current = undefined;
    // It was put elsewhere when the items changed.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [items]);

  const move = (from: number, to: number): void => {
    const item = items[from];
    if (item === undefined || to < 0 || to >= items.length || to === from) return;
    movedKey.current = props.itemKey(item);
    props.onMove(from, to);
    setSaid(`${props.itemName(item)} is now ${to + 1} of ${items.length}`);
  };
  const end = (): void => {
    setDragged(undefined);
    setTarget(undefined);
  };

  return (
    <>
      <ul ref={list} className="sortable" aria-label={props.label}>
        {items.map((item, index) => {
          const key = props.itemKey(item);
          const side =
            dragged !== undefined && target === index && dragged !== index
              ? dragged < index
                ? 'after'
                : 'before'
              : undefined;
          return (
            <li
              key={key}
              className="sortable-row"
              data-drop={side}
              data-dragged={dragged === index || undefined}
              onDragOver={(event) => {
                if (dragged === undefined) return;
                event.preventDefault();
                event.stopPropagation();
                setTarget(index);
              }}
              onDrop={(event) => {
                if (dragged === undefined) return;
                event.preventDefault();
                event.stopPropagation();
                move(dragged, index);
                end();
              }}
            >
              <button
                type="button"
                className="sortable-handle"
                draggable
                data-handle={key}
                aria-label={`Move ${props.itemName(item)}, ${index + 1} of ${items.length}`}
                title="Drag, or press the arrow keys"
                aria-keyshortcuts="ArrowUp ArrowDown Home End"
                onDragStart={(event) => {
                  event.dataTransfer.effectAllowed = 'move';
                  event.dataTransfer.setData('application/x-osmia-row', key);
                  setDragged(index);
                }}
                onDragEnd={end}
                onKeyDown={(event) => {
                  const to = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: items.length - 1 }[event.key];
                  if (to === undefined) return;
                  event.preventDefault();
                  event.stopPropagation();
                  move(index, to);
                }}
              >
                <IconGripVertical size={15} stroke={1.75} aria-hidden="true" />
              </button>
              <div className="sortable-body">{props.renderItem(item, index)}</div>
            </li>
          );
        })}
      </ul>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </>
  );
}

/** The list with one item put elsewhere. */
export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const list = [...items];
  list.splice(to, 0, ...list.splice(from, 1));
  return list;
}
