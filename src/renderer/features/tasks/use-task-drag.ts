import { type DragEvent, useState } from 'react';
import type { Task } from '../../../shared/contract/tasks.ts';
import { dropPlace, type TaskPlace, type TaskRow } from './task-order.ts';

/** Marks a drag as one of ours: files from outside belong to Intake. */
const KIND = 'application/x-osmia-task';

interface Over {
  index: number;
  half: 'upper' | 'lower';
}

/** Putting tasks in order with the mouse. `over` is where it would land. */
export function useTaskDrag(rows: readonly TaskRow[], onDrop: (id: string, place: TaskPlace) => void) {
  const [dragged, setDragged] = useState<string>();
  const [over, setOver] = useState<Over>();

  const rowUnder = (event: DragEvent): Over | undefined => {
    const row = event.target instanceof Element ? event.target.closest('[role="row"][aria-rowindex]') : null;
    const index = Number(row?.getAttribute('aria-rowindex')) - 2;
    if (!row || !(index >= 0)) return undefined;
    const box = row.getBoundingClientRect();
    return { index, half: event.clientY < box.top + box.height / 2 ? 'upper' : 'lower' };
  };
  const end = (): void => {
    setDragged(undefined);
    setOver(undefined);
  };

  return {
    over,
    begin(task: Task, event: DragEvent): void {
      event.dataTransfer.setData(KIND, task.id);
      event.dataTransfer.effectAllowed = 'move';
      setDragged(task.id);
    },
    area: {
      onDragOver(event: DragEvent): void {
        if (dragged === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        event.dataTransfer.dropEffect = 'move';
        const next = rowUnder(event);
        if (next?.index !== over?.index || next?.half !== over?.half) setOver(next);
      },
      onDrop(event: DragEvent): void {
        if (dragged === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        const at = rowUnder(event);
        const place = at && dropPlace(rows, at.index, at.half);
        if (place && place.beforeId !== dragged) onDrop(dragged, place);
        end();
      },
      onDragEnd: end,
    },
  };
}
