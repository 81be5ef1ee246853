import { EditorSelection, type EditorState, type Line, type TransactionSpec } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';

export type BlockKind = 'list' | 'numbers' | 'checks' | 'quote';

const PREFIX: Readonly<Record<BlockKind, string>> = { list: '- ', numbers: '1. ', checks: '- [ ] ', quote: '> ' };
/** Any mark that begins a line; a checklist before a list, of which it is one. */
const LEAD: Readonly<Record<BlockKind, RegExp>> = {
  checks: /^\s*[-*+] \[[ xX]\] /,
  list: /^\s*[-*+] (?!\[[ xX]\] )/,
  numbers: /^\s*\d{1,9}[.)] /,
  quote: /^\s*> ?/,
};
const ANY_LIST = /^(\s*)(?:[-*+] (?:\[[ xX]\] )?|\d{1,9}[.)] )/;
const ORDERED = /^\s*\d{1,9}[.)] /;

const run = (view: EditorView, spec: TransactionSpec): boolean => {
  view.dispatch(view.state.update(spec, { scrollIntoView: true, userEvent: 'input' }));
  view.focus();
  return true;
};

/** Puts a mark around each selection, or takes it off where it is there. */
export function toggleMark(view: EditorView, mark: string): boolean {
  const { state } = view;
  const size = mark.length;
  const spec = state.changeByRange(({ from, to }) => {
    const isOutside = state.sliceDoc(from - size, from) === mark && state.sliceDoc(to, to + size) === mark;
    if (isOutside) {
      return {
        changes: [
          { from: from - size, to: from },
          { from: to, to: to + size },
        ],
        range: EditorSelection.range(from - size, to - size),
      };
    }
    return {
      changes: [
        { from, insert: mark },
        { from: to, insert: mark },
      ],
      range: EditorSelection.range(from + size, to + size),
    };
  });
  return run(view, spec);
}

/** A link around the selection, with its address selected so that it can be typed or pasted. */
export function insertLink(view: EditorView): boolean {
  const { from, to } = view.state.selection.main;
  const text = view.state.sliceDoc(from, to) || 'text';
  const at = from + text.length + 3;
  return run(view, {
    changes: { from, to, insert: `[${text}](address)` },
    selection: EditorSelection.range(at, at + 'address'.length),
  });
}

/** A code span, or a fence where several lines are selected. */
export function toggleCode(view: EditorView): boolean {
  const { state } = view;
  const { from, to } = state.selection.main;
  if (state.doc.lineAt(from).number === state.doc.lineAt(to).number) return toggleMark(view, '`');
  return run(view, {
    changes: [
      { from, insert: '```\n' },
      { from: to, insert: '\n```' },
    ],
    selection: EditorSelection.range(from + 4, to + 4),
  });
}

function linesOf(state: EditorState): Line[] {
  const { from, to } = state.selection.main;
  const lines: Line[] = [];
  for (let { number } = state.doc.lineAt(from); ; number += 1) {
    const line = state.doc.line(number);
    lines.push(line);
    if (line.to >= to || number === state.doc.lines) return lines;
  }
}

/** Makes the selected lines a list, a quote or text again; one kind of list takes the place of another. */
export function toggleBlock(view: EditorView, kind: BlockKind): boolean {
  const lines = linesOf(view.state);
  const isOn = lines.every((line) => LEAD[kind].test(line.text));
  const changes = lines.map((line, index) => {
    const lead = isOn ? LEAD[kind].exec(line.text)?.[0] : kind === 'quote' ? undefined : ANY_LIST.exec(line.text)?.[0];
    const indent = /^\s*/.exec(line.text)?.[0] ?? '';
    const insert = isOn ? indent : `${indent}${kind === 'numbers' ? `${index + 1}. ` : PREFIX[kind]}`;
    return { from: line.from, to: line.from + (lead?.length ?? indent.length), insert };
  });
  return run(view, { changes });
}

/** Text, then heading 1 to 3, then text again. */
export function cycleHeading(view: EditorView): boolean {
  const line = view.state.doc.lineAt(view.state.selection.main.head);
  const lead = /^#{1,6} /.exec(line.text)?.[0] ?? '';
  const level = lead === '' ? 0 : lead.length - 1;
  const insert = level >= 3 ? '' : `${'#'.repeat(level + 1)} `;
  return run(view, { changes: { from: line.from, to: line.from + lead.length, insert } });
}

/** Moves list items a level in or out. False where no line of the selection is one, so that Tab keeps its meaning. */
export function indentList(view: EditorView, by: 1 | -1): boolean {
  const lines = linesOf(view.state).filter((line) => ANY_LIST.test(line.text));
  if (lines.length === 0) return false;
  const changes = lines.flatMap((line): { from: number; to?: number; insert?: string }[] => {
    const width = ORDERED.test(line.text) ? 3 : 2;
    if (by === 1) return [{ from: line.from, insert: ' '.repeat(width) }];
    const spaces = /^ */.exec(line.text)?.[0].length ?? 0;
    return spaces === 0 ? [] : [{ from: line.from, to: line.from + Math.min(spaces, width) }];
  });
  return run(view, { changes });
}
