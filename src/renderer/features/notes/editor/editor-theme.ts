import { syntaxTree } from '@codemirror/language';
import { RangeSetBuilder } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';

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
  '.cm-tooltip': {
    background: 'var(--o-overlay)',
    border: '1px solid var(--o-line-2)',
    borderRadius: 'var(--o-r-control)',
    boxShadow: 'var(--o-shadow-2)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--o-font)',
    fontSize: 'var(--o-fs-12)',
    maxHeight: '240px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '4px 8px', color: 'var(--o-t1)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--o-accent-soft)', color: 'var(--o-t1)' },
  '.cm-completionDetail': { color: 'var(--o-t3)', fontStyle: 'normal', marginLeft: '8px' },
  '.cm-completionMatchedText': { textDecoration: 'none' },
  '.cm-strong': { fontWeight: '600' },
  '.cm-em': { fontStyle: 'italic' },
  '.cm-struck': { textDecoration: 'line-through' },
  '.cm-mono': { fontFamily: 'var(--o-mono)', fontSize: 'var(--o-fs-12)' },
  '.cm-quiet': { color: 'var(--o-t3)' },
});

/** Quiet: the marks step back, the words stay what they are. */
const LOOKS: readonly (readonly [nodes: RegExp, look: Decoration])[] = [
  [/^(?:ATX|Setext)Heading\d$|^StrongEmphasis$|^TableHeader$/, Decoration.mark({ class: 'cm-strong' })],
  [/^Emphasis$/, Decoration.mark({ class: 'cm-em' })],
  [/^Strikethrough$/, Decoration.mark({ class: 'cm-struck' })],
  [/^(?:InlineCode|FencedCode|CodeBlock)$/, Decoration.mark({ class: 'cm-mono' })],
  [/Mark$|^(?:URL|TaskMarker|TableDelimiter|HorizontalRule|CodeInfo)$/, Decoration.mark({ class: 'cm-quiet' })],
];

/** What is in view only: a long note costs no more than a short one. */
function looksOf(view: EditorView): DecorationSet {
  const set = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter(node) {
        const look = LOOKS.find(([nodes]) => nodes.test(node.name))?.[1];
        if (look && node.to > node.from) set.add(node.from, node.to, look);
      },
    });
  }
  return set.finish();
}

const looks = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = looksOf(view);
    }
    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged || syntaxTree(update.startState) !== syntaxTree(update.state))
        this.decorations = looksOf(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

export const editorTheme = [THEME, looks];
