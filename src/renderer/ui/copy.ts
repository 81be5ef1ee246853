import type { DataType } from '../../shared/model/data-type.ts';
import { defang } from '../../shared/model/defang.ts';
import type { KeyBinding } from './keys.ts';
import { toast } from './toast.tsx';

export interface Copyable {
  dataType: DataType;
  value: string;
}

/** One value a line, defanged; says so and offers the original. */
export async function copyDefanged(values: readonly Copyable[]): Promise<void> {
  if (values.length === 0) return;
  await navigator.clipboard.writeText(values.map((each) => defang(each.dataType, each.value)).join('\n'));
  toast(values.length === 1 ? 'Copied defanged' : `Copied ${values.length} values defanged`, {
    label: 'Copy original',
    run: () => void copyOriginal(values),
  });
}

export async function copyOriginal(values: readonly Copyable[]): Promise<void> {
  if (values.length === 0) return;
  await navigator.clipboard.writeText(values.map((each) => each.value).join('\n'));
  toast(values.length === 1 ? 'Copied the original, it is live' : `Copied ${values.length} originals, they are live`);
}

/** For what is no observable: a hash of a file, a raw report, an id. */
export async function copyText(text: string, said: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  toast(said);
}

const hasTextSelection = (): boolean => (window.getSelection()?.toString() ?? '') !== '';

/** Ctrl+C and Ctrl+Shift+C on rows; selected text keeps its own copy. */
export const copyKeys = (values: () => readonly Copyable[]): KeyBinding[] => [
  { keys: 'mod+c', when: () => !hasTextSelection() && values().length > 0, run: () => void copyDefanged(values()) },
  { keys: 'mod+shift+c', when: () => values().length > 0, run: () => void copyOriginal(values()) },
];
