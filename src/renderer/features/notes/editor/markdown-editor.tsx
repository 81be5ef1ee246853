import { autocompletion } from '@codemirror/autocomplete';
import { history } from '@codemirror/commands';
import { markdown, markdownLanguage } from '@codemirror/lang-markdown';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, placeholder } from '@codemirror/view';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { styleNonce } from '../../../api/nonce.ts';
import { editorKeys } from './editor-keys.ts';
import { editorTheme } from './editor-theme.ts';
import { htmlToMarkdown } from './html-to-markdown.ts';
import { type FindMentions, mentionSource } from './mention-completion.ts';

export interface Editor {
  /** Runs a command of the bar. */
  run(command: (view: EditorView) => boolean): void;
  insert(text: string): void;
  selected(): string;
  focus(): void;
}

interface Props {
  ref: Ref<Editor>;
  label: string;
  hint: string;
  value: string;
  /** Takes the focus when it opens. */
  isFocused?: boolean;
  findMentions: FindMentions;
  onChange(text: string): void;
  onFiles(files: readonly File[]): void;
  onObservable(): void;
}

/** CodeMirror on Markdown. It owns the text while it has the focus: a field in use is never redrawn. */
export function MarkdownEditor({ ref, ...props }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef<Omit<Props, 'ref'>>(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (!host.current) return undefined;
    const { value, label, hint, isFocused } = latest.current;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          EditorView.cspNonce.of(styleNonce()),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
          history(),
          drawSelection(),
          // GitHub's dialect: Enter goes on with a checklist too.
          markdown({ base: markdownLanguage }),
          editorTheme,
          placeholder(hint),
          autocompletion({
            override: [mentionSource((sign, text, signal) => latest.current.findMentions(sign, text, signal))],
            icons: false,
          }),
          editorKeys(() => latest.current.onObservable()),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
          EditorView.domEventHandlers({
            paste: (event, open) => takePaste(event, open, latest.current.onFiles),
            drop: (event) => takeFiles(event, event.dataTransfer, latest.current.onFiles),
          }),
        ],
      }),
    });
    view.current = made;
    if (isFocused) made.focus();
    return () => made.destroy();
  }, []);

  const { value } = props;
  useEffect(() => {
    // Only a change from outside (a discarded draft, the other version) replaces the text.
    const open = view.current;
    if (open && open.state.doc.toString() !== value)
      open.dispatch({ changes: { from: 0, to: open.state.doc.length, insert: value } });
  }, [value]);

  useImperativeHandle(ref, () => ({
    run(command) {
      if (view.current) command(view.current);
    },
    insert(text) {
      const open = view.current;
      if (!open) return;
      open.dispatch(open.state.replaceSelection(text));
      open.focus();
    },
    selected() {
      const open = view.current;
      if (!open) return '';
      const { from, to } = open.state.selection.main;
      return open.state.sliceDoc(from, to);
    },
    focus: () => view.current?.focus(),
  }));

  return <div ref={host} className="note-editor" />;
}

function takeFiles(event: Event, data: DataTransfer | null, onFiles: (files: readonly File[]) => void): boolean {
  const files = [...(data?.files ?? [])];
  if (files.length === 0) return false;
  event.preventDefault();
  event.stopPropagation();
  onFiles(files);
  return true;
}

/** Files become files of the case; formatted text becomes Markdown; anything else is pasted as it is. */
function takePaste(event: ClipboardEvent, view: EditorView, onFiles: (files: readonly File[]) => void): boolean {
  const data = event.clipboardData;
  if (!data) return false;
  // A spreadsheet puts a picture of the cells beside them: where there are words, they are what was meant.
  if (data.getData('text/plain') === '') return takeFiles(event, data, onFiles);
  const html = data.getData('text/html');
  const text = html === '' ? undefined : htmlToMarkdown(html);
  if (text === undefined) return false;
  event.preventDefault();
  view.dispatch(
    view.state.update(view.state.replaceSelection(text), { userEvent: 'input.paste', scrollIntoView: true }),
  );
  return true;
}
