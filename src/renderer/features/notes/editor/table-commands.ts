import { EditorSelection, type EditorState } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { cellsOf, type Lines, moveInTable, NEW_TABLE } from './table.ts';

const linesOf = ({ doc }: EditorState): Lines => ({ count: doc.lines, text: (number) => doc.line(number).text });

/** Tab and Shift+Tab in a table. False elsewhere, so that the key keeps its meaning. */
export function moveCell(view: EditorView, by: 1 | -1): boolean {
  const { state } = view;
  const { head } = state.selection.main;
  const line = state.doc.lineAt(head);
  const to = moveInTable(linesOf(state), line.number, head - line.from, by);
  if (!to) return false;
  if ('after' in to) {
    const last = state.doc.line(to.after);
    const first = cellsOf(to.row)[0]?.from ?? 0;
    view.dispatch({
      changes: { from: last.to, insert: `\n${to.row}` },
      selection: EditorSelection.cursor(last.to + 1 + first),
      scrollIntoView: true,
      userEvent: 'input',
    });
    return true;
  }
  const { from } = state.doc.line(to.line);
  view.dispatch({
    selection: EditorSelection.range(from + to.cell.from, from + to.cell.to),
    scrollIntoView: true,
  });
  return true;
}

/** A small table on lines of its own, its first head selected. */
export function insertTable(view: EditorView): boolean {
  const { state } = view;
  const line = state.doc.lineAt(state.selection.main.head);
  const isBlank = line.text.trim() === '';
  // Right below other words it would belong to them.
  const isAlone = line.number === 1 || state.doc.line(line.number - 1).text.trim() === '';
  const lead = isBlank ? (isAlone ? '' : '\n') : '\n\n';
  const at = isBlank ? line.from : line.to;
  const start = at + lead.length + 2;
  view.dispatch({
    changes: { from: at, insert: lead + NEW_TABLE },
    selection: EditorSelection.range(start, start + 'Column'.length),
    scrollIntoView: true,
    userEvent: 'input',
  });
  view.focus();
  return true;
}
