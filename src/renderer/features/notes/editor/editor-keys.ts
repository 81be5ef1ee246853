import { defaultKeymap, historyKeymap } from '@codemirror/commands';
import type { Extension } from '@codemirror/state';
import { Prec } from '@codemirror/state';
import { type EditorView, keymap } from '@codemirror/view';
import { cycleHeading, indentList, insertLink, toggleBlock, toggleCode, toggleMark } from './commands.ts';
import { insertTable, moveCell } from './table-commands.ts';

/** Leaves the text, so that the screen's own keys work again; Tab then goes on from there. */
function leave(view: EditorView): boolean {
  view.contentDOM.blur();
  return true;
}

/** What the bar offers, with its key as it is shown. */
export const FORMAT_KEYS = {
  bold: 'Mod-b',
  italic: 'Mod-i',
  code: 'Mod-e',
  link: 'Mod-Shift-k',
  heading: 'Mod-Shift-h',
  numbers: 'Mod-Shift-7',
  list: 'Mod-Shift-8',
  checks: 'Mod-Shift-9',
  quote: 'Mod-Shift-.',
  table: 'Mod-Alt-t',
  observable: 'Mod-Shift-o',
} as const;

/** Ctrl+Enter belongs to the page: it saves the note. */
const PAGE_KEYS = new Set(['Mod-Enter', 'Mod-i', 'Shift-Mod-k']);

export function editorKeys(onObservable: () => void): Extension {
  return [
    Prec.high(
      keymap.of([
        { key: FORMAT_KEYS.bold, run: (view) => toggleMark(view, '**') },
        { key: FORMAT_KEYS.italic, run: (view) => toggleMark(view, '_') },
        { key: FORMAT_KEYS.code, run: toggleCode },
        { key: FORMAT_KEYS.link, run: insertLink },
        { key: FORMAT_KEYS.heading, run: cycleHeading },
        { key: FORMAT_KEYS.numbers, run: (view) => toggleBlock(view, 'numbers') },
        { key: FORMAT_KEYS.list, run: (view) => toggleBlock(view, 'list') },
        { key: FORMAT_KEYS.checks, run: (view) => toggleBlock(view, 'checks') },
        { key: FORMAT_KEYS.quote, run: (view) => toggleBlock(view, 'quote') },
        { key: FORMAT_KEYS.table, run: insertTable },
        {
          key: FORMAT_KEYS.observable,
          run: () => {
            onObservable();
            return true;
          },
        },
        // Elsewhere Tab leaves the text, as in any field.
        { key: 'Tab', run: (view) => moveCell(view, 1) || indentList(view, 1) },
        { key: 'Shift-Tab', run: (view) => moveCell(view, -1) || indentList(view, -1) },
      ]),
    ),
    keymap.of([...defaultKeymap.filter(({ key }) => !PAGE_KEYS.has(key ?? '')), ...historyKeymap]),
    Prec.lowest(keymap.of([{ key: 'Escape', run: leave }])),
  ];
}
