import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { Mention } from '../../../../shared/contract/notes.ts';
import { defang } from '../../../../shared/model/defang.ts';
import { mentionLink } from '../../../ui/mention-link.ts';

export type FindMentions = (sign: '#' | '@', text: string, signal: AbortSignal) => Promise<Mention[]>;

/** A sign at the start of a word, and what was typed after it. A `#` that begins a line may be a heading until a digit comes. */
const TYPED = /(?:^|[\s([{"'])([#@])([\p{L}\p{N}._:/@-]{0,80})$/u;

/** Words that a mention is found by and shown with. */
const shownAs = (mention: Mention): string =>
  mention.dataType === null ? mention.label : defang(mention.dataType, mention.label);

/** Offers cases after `#`; observables, tasks and cases after `@`. The core looks them up, a dozen at a time. */
export function mentionSource(find: FindMentions) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(Math.max(0, context.pos - line.from - 100), context.pos - line.from);
    const typed = TYPED.exec(before);
    const sign = typed?.[1];
    const text = typed?.[2];
    if (text === undefined || (sign !== '#' && sign !== '@')) return null;
    if (sign === '#' && text === '' && before.trimStart() === '#') return null;
    const stop = new AbortController();
    context.addEventListener('abort', () => stop.abort());
    const found = await find(sign, text, stop.signal);
    if (context.aborted || found.length === 0) return null;
    return {
      from: context.pos - text.length - 1,
      // The core has filtered already, and by more than the label.
      filter: false,
      options: found.map((mention): Completion => {
        const label = shownAs(mention);
        return {
          label,
          type: mention.kind,
          ...(mention.detail === '' ? {} : { detail: mention.detail.slice(0, 80) }),
          apply: `${mentionLink(mention, label)} `,
        };
      }),
    };
  };
}
