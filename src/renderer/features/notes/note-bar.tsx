import {
  IconBlockquote,
  IconBold,
  IconCode,
  IconHeading,
  IconItalic,
  IconLink,
  IconList,
  IconListCheck,
  IconListNumbers,
  IconPaperclip,
  IconTable,
  IconTarget,
} from '@tabler/icons-react';
import type { EditorView } from '@codemirror/view';
import { type ComponentType, useRef } from 'react';
import { isMac } from '../../api/host.ts';
import { Button } from '../../ui/controls.tsx';
import { cycleHeading, insertLink, toggleBlock, toggleCode, toggleMark } from './editor/commands.ts';
import { FORMAT_KEYS } from './editor/editor-keys.ts';
import { insertTable } from './editor/table-commands.ts';

type Icon = ComponentType<{ size?: number | string; stroke?: number | string }>;
type Command = (view: EditorView) => boolean;

const TOOLS: readonly (readonly [label: string, key: string, Icon: Icon, run: Command])[] = [
  ['Bold', FORMAT_KEYS.bold, IconBold, (view) => toggleMark(view, '**')],
  ['Italic', FORMAT_KEYS.italic, IconItalic, (view) => toggleMark(view, '_')],
  ['Heading', FORMAT_KEYS.heading, IconHeading, cycleHeading],
  ['List', FORMAT_KEYS.list, IconList, (view) => toggleBlock(view, 'list')],
  ['Numbered list', FORMAT_KEYS.numbers, IconListNumbers, (view) => toggleBlock(view, 'numbers')],
  ['Checklist', FORMAT_KEYS.checks, IconListCheck, (view) => toggleBlock(view, 'checks')],
  ['Quote', FORMAT_KEYS.quote, IconBlockquote, (view) => toggleBlock(view, 'quote')],
  ['Code', FORMAT_KEYS.code, IconCode, toggleCode],
  ['Link', FORMAT_KEYS.link, IconLink, insertLink],
  ['Table', FORMAT_KEYS.table, IconTable, insertTable],
];

/** `Mod-Shift-8` as it is said in a title: `Ctrl+Shift+8`. */
const said = (key: string): string => key.replace('Mod', isMac() ? '⌘' : 'Ctrl').replaceAll('-', '+');

/** Formats, files, and observables out of the text, each with its key. The arrows move in it, one tab stop for all. */
export function NoteBar(props: {
  onRun(command: Command): void;
  onFiles(files: readonly File[]): void;
  onObservable(): void;
}) {
  const file = useRef<HTMLInputElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  const step = (by: number): void => {
    const all = [...(bar.current?.querySelectorAll('button') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    all[(at + by + all.length) % all.length]?.focus();
  };
  return (
    <div
      ref={bar}
      className="note-tools"
      role="toolbar"
      aria-label="Format"
      onKeyDown={(event) => {
        if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
        event.preventDefault();
        step(event.key === 'ArrowRight' ? 1 : -1);
      }}
    >
      {TOOLS.map(([label, key, Icon, run], index) => (
        <Button
          key={label}
          kind="ghost"
          size="small"
          isIcon
          label={label}
          title={`${label} (${said(key)})`}
          tabIndex={index === 0 ? 0 : -1}
          onClick={() => props.onRun(run)}
        >
          <Icon size={15} stroke={1.75} />
        </Button>
      ))}
      <Button
        kind="ghost"
        size="small"
        isIcon
        label="Picture or file"
        title="Picture or file: paste and drop work too"
        tabIndex={-1}
        onClick={() => file.current?.click()}
      >
        <IconPaperclip size={15} stroke={1.75} />
      </Button>
      <Button
        kind="ghost"
        size="small"
        isIcon
        label="Make observable"
        title={`Make observable of the selection (${said(FORMAT_KEYS.observable)})`}
        tabIndex={-1}
        // The selection must still be there when it is pressed.
        onMouseDown={(event) => event.preventDefault()}
        onClick={props.onObservable}
      >
        <IconTarget size={15} stroke={1.75} />
      </Button>
      <input
        ref={file}
        type="file"
        multiple
        hidden
        aria-label="Picture or file"
        onChange={(event) => {
          const chosen = [...(event.target.files ?? [])];
          if (chosen.length > 0) props.onFiles(chosen);
          event.target.value = '';
        }}
      />
    </div>
  );
}
