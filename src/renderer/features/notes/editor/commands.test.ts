import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { afterEach, expect, test } from 'vitest';
import { cycleHeading, indentList, insertLink, toggleBlock, toggleCode, toggleMark } from './commands.ts';
import { insertTable, moveCell } from './table-commands.ts';

let view: EditorView | undefined;
afterEach(() => view?.destroy());

/** A text with the selection between two bars; a single bar is the cursor. */
function open(marked: string): EditorView {
  const anchor = marked.indexOf('¦');
  const doc = marked.replaceAll('¦', '');
  const last = marked.lastIndexOf('¦');
  const head = last === anchor ? anchor : last - 1;
  view = new EditorView({ state: EditorState.create({ doc, selection: { anchor, head } }) });
  return view;
}

const shown = ({ state }: EditorView): string => {
  const { from, to } = state.selection.main;
  const text = state.doc.toString();
  return from === to
    ? `${text.slice(0, from)}¦${text.slice(from)}`
    : `${text.slice(0, from)}¦${text.slice(from, to)}¦${text.slice(to)}`;
};

function after(marked: string, command: (of: EditorView) => boolean): string {
  const of = open(marked);
  command(of);
  const text = shown(of);
  of.destroy();
  return text;
}

test('marks go on and off around the selection', () => {
  expect(after('a ¦word¦ b', (of) => toggleMark(of, '**'))).toBe('a **¦word¦** b');
  expect(after('a **¦word¦** b', (of) => toggleMark(of, '**'))).toBe('a ¦word¦ b');
  expect(after('¦x¦', toggleCode)).toBe('`¦x¦`');
  expect(after('¦x\ny¦', toggleCode)).toBe('```\n¦x\ny¦\n```');
});

test('a link takes the selection as its words and waits for its address', () => {
  expect(after('see ¦here¦', insertLink)).toBe('see [here](¦address¦)');
});

test('lists, quotes and headings', () => {
  expect(after('¦a\nb¦', (of) => toggleBlock(of, 'list'))).toBe('- ¦a\n- b¦');
  expect(after('- a¦', (of) => toggleBlock(of, 'list'))).toBe('a¦');
  expect(after('- a¦', (of) => toggleBlock(of, 'checks'))).toBe('- [ ] a¦');
  expect(after('- [x] a¦', (of) => toggleBlock(of, 'numbers'))).toBe('1. a¦');
  expect(after('¦a\nb¦', (of) => toggleBlock(of, 'numbers'))).toBe('1. ¦a\n2. b¦');
  expect(after('- a¦', (of) => toggleBlock(of, 'quote'))).toBe('> - a¦');
  expect(after('a¦', cycleHeading)).toBe('# a¦');
  expect(after('### a¦', cycleHeading)).toBe('a¦');
});

test('Tab moves items of a list, and is left alone elsewhere', () => {
  expect(after('- a¦', (of) => indentList(of, 1))).toBe('  - a¦');
  expect(after('   1. a¦', (of) => indentList(of, -1))).toBe('1. a¦');
  const plain = open('words¦');
  expect(indentList(plain, 1)).toBe(false);
  expect(moveCell(plain, 1)).toBe(false);
  expect(plain.state.doc.toString()).toBe('words');
});

test('a table is put on lines of its own, and Tab walks it and makes rows', () => {
  const of = open('before¦');
  insertTable(of);
  expect(shown(of)).toBe('before\n\n| ¦Column¦ | Column |\n| --- | --- |\n|  |  |\n');
  expect(after('- item\n¦', insertTable)).toBe('- item\n\n| ¦Column¦ | Column |\n| --- | --- |\n|  |  |\n');
  for (let i = 0; i < 3; i += 1) moveCell(of, 1);
  expect(of.state.doc.lineAt(of.state.selection.main.head).text).toBe('|  |  |');
  moveCell(of, 1);
  expect(of.state.doc.toString()).toBe('before\n\n| Column | Column |\n| --- | --- |\n|  |  |\n|  |  |\n');
});
