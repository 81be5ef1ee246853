import { IconGripVertical, IconPencil, IconTrash } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { DashboardDefinition, StatAnswer, Widget } from '../../../shared/contract/dashboards.ts';
import { Button } from '../../ui/controls.tsx';
import { type Direction, moveBefore, moveStep, placeWords, removeWidget } from './layout.ts';
import { type Days, WidgetView } from './widget-view.tsx';

type Rows = DashboardDefinition['rows'];

const STEPS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** Rows of at most three. While editing a widget is moved by its handle: dragged, or with the arrow keys. */
export function WidgetRows(props: {
  rows: Rows;
  answers: ReadonlyMap<string, readonly StatAnswer[]>;
  days: Days;
  isEditing: boolean;
  onZoom(id: string): void;
  onEdit(widget: Widget): void;
  onRows(said: string, rows: Rows): void;
}) {
  const { rows, isEditing, onRows } = props;
  const container = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<string>();
  const [target, setTarget] = useState<string>();
  const moved = useRef<string>(undefined);
  const [said, setSaid] = useState('');

  useEffect(() => {
    // A widget that is put elsewhere in the page loses the focus.
    const id = moved.current;
    if (id === undefined || !rows.flat().some((widget) => widget.id === id)) return;
    container.current?.querySelector<HTMLElement>(`[data-handle="${CSS.escape(id)}"]`)?.focus();
    moved.current = undefined;
  }, [rows]);

  const put = (widget: Widget, next: Rows): void => {
    if (next === rows) return;
    onRows('Widget moved', next);
    moved.current = widget.id;
    setSaid(`${widget.title} is now in ${placeWords(next, widget.id)}`);
  };
  const onKey = (event: KeyboardEvent, widget: Widget): void => {
    const direction = STEPS[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    put(widget, moveStep(rows, widget.id, direction));
  };
  const drop = (before: Widget): void => {
    const widget = rows.flat().find(({ id }) => id === dragged);
    setDragged(undefined);
    setTarget(undefined);
    if (widget) put(widget, moveBefore(rows, widget.id, before.id));
  };
  const tools = (widget: Widget) => (
    <>
      <button
        type="button"
        className="drag-handle"
        draggable
        data-handle={widget.id}
        aria-label={`Move ${widget.title}: arrow keys`}
        title="Drag, or use the arrow keys"
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = 'move';
          event.dataTransfer.setData('text/x-osmia-widget', widget.id);
          setDragged(widget.id);
        }}
        onDragEnd={() => {
          setDragged(undefined);
          setTarget(undefined);
        }}
        onKeyDown={(event) => onKey(event, widget)}
      >
        <IconGripVertical size={15} stroke={1.75} aria-hidden="true" />
      </button>
      <Button kind="ghost" size="small" isIcon label={`Edit ${widget.title}`} onClick={() => props.onEdit(widget)}>
        <IconPencil size={14} stroke={1.75} />
      </Button>
      <Button
        kind="ghost"
        size="small"
        isIcon
        label={`Remove ${widget.title}`}
        onClick={() => onRows('Widget removed', removeWidget(rows, widget.id))}
      >
        <IconTrash size={14} stroke={1.75} />
      </Button>
    </>
  );
  return (
    <div ref={container}>
      {rows.map((row) => (
        <div className="widget-row" key={row.map(({ id }) => id).join(' ')}>
          {row.map((widget) => (
            <div
              key={widget.id}
              className="widget-slot"
              data-target={target === widget.id && dragged !== widget.id}
              onDragOver={(event) => {
                if (dragged === undefined) return;
                event.preventDefault();
                setTarget(widget.id);
              }}
              onDrop={(event) => {
                if (dragged === undefined) return;
                event.preventDefault();
                event.stopPropagation();
                drop(widget);
              }}
            >
              <WidgetView
                widget={widget}
                answers={props.answers.get(widget.id) ?? []}
                days={props.days}
                tools={isEditing ? tools(widget) : undefined}
                onZoom={isEditing ? undefined : () => props.onZoom(widget.id)}
              />
            </div>
          ))}
        </div>
      ))}
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </div>
  );
}
