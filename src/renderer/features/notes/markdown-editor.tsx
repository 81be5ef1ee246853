import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { markdown } from '@codemirror/lang-markdown';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, keymap, placeholder } from '@codemirror/view';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { styleNonce } from '../../api/nonce.ts';

export interface Editor {
  insert(text: string): void;
  wrap(mark: string): void;
  prefix(mark: string): void;
}

const THEME = EditorView.theme({
  '&': { fontSize: '14px', height: '100%' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--o-font)', lineHeight: 'var(--o-lh-read)' },
  '.cm-content': { padding: '0', maxWidth: '80ch', caretColor: 'var(--o-accent-line)' },
  '.cm-line': { padding: '0' },
  '.cm-cursor': { borderLeftColor: 'var(--o-accent-line)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'var(--o-mark)',
  },
  '.cm-placeholder': { color: 'var(--o-t3)' },
});

const pictureIn = (data: DataTransfer | null): File | undefined =>
  [...(data?.files ?? [])].find((file) => file.type.startsWith('image/'));

/** CodeMirror on Markdown. It owns the text while it has the focus: a field in use is never redrawn. */
export function MarkdownEditor({
  ref,
  value,
  onChange,
  onPicture,
}: {
  ref: Ref<Editor>;
  value: string;
  onChange(text: string): void;
  onPicture(file: File): void;
}) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef({ value, onChange, onPicture });
  useEffect(() => {
    latest.current = { value, onChange, onPicture };
  });

  useEffect(() => {
    if (!host.current) return undefined;
    const take = (event: ClipboardEvent | DragEvent, data: DataTransfer | null): boolean => {
      const file = pictureIn(data);
      if (!file) return false;
      event.preventDefault();
      event.stopPropagation();
      latest.current.onPicture(file);
      return true;
    };
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          EditorView.cspNonce.of(styleNonce()),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'Note', spellcheck: 'false' }),
          history(),
          drawSelection(),
          markdown(),
          THEME,
          placeholder('What happened, what you saw, what is still open. Paste a picture to keep it here.'),
          // Ctrl+Enter belongs to the page: it saves the note.
          keymap.of([...defaultKeymap.filter((binding) => binding.key !== 'Mod-Enter'), ...historyKeymap]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
          EditorView.domEventHandlers({
            paste: (event) => take(event, event.clipboardData),
            drop: (event) => take(event, event.dataTransfer),
          }),
        ],
      }),
    });
    view.current = made;
    made.focus();
    return () => made.destroy();
  }, []);

  useEffect(() => {
    // Only a change from outside (a discarded draft, the other version) replaces the text.
    const open = view.current;
    if (open && open.state.doc.toString() !== value)
      open.dispatch({ changes: { from: 0, to: open.state.doc.length, insert: value } });
  }, [value]);

  useImperativeHandle(ref, () => ({
    insert(text) {
      const open = view.current;
      if (!open) return;
      open.dispatch(open.state.replaceSelection(text));
      open.focus();
    },
    wrap(mark) {
      const open = view.current;
      if (!open) return;
      const { from, to } = open.state.selection.main;
      open.dispatch({
        changes: [
          { from, insert: mark },
          { from: to, insert: mark },
        ],
        selection: { anchor: from + mark.length, head: to + mark.length },
      });
      open.focus();
    },
    prefix(mark) {
      const open = view.current;
      if (!open) return;
      const { from, to } = open.state.selection.main;
      const changes = [];
      for (let at = from; ; ) {
        const line = open.state.doc.lineAt(at);
        changes.push({ from: line.from, insert: mark });
        if (line.to >= to) break;
        at = line.to + 1;
      }
      open.dispatch({ changes });
      open.focus();
    },
  }));

  return <div ref={host} className="note-editor" />;
}
