export type Item = Record<string, unknown>;

export const asItem = (raw: unknown): Item | undefined =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? (raw as Item) : undefined;

/**
 * Reads parts of a file that somebody else wrote and keeps every fault as a sentence with its place, so that all of them
 * can be told at once. What is wrong reads as empty.
 */
export function createFaults() {
  const list: string[] = [];
  const add = (where: string, what: string): void => {
    if (list.length < 1_000) list.push(`${where === '' ? 'The file' : where}: ${what}.`);
  };
  return {
    list,
    add,
    /** One line unless `isLong`. */
    text(raw: unknown, where: string, max: number, isLong = false): string {
      if (raw === undefined || raw === null) return '';
      if (typeof raw !== 'string') {
        add(where, 'this is not a text');
        return '';
      }
      if (raw.length > max) add(where, `the text is longer than ${max} characters`);
      return isLong ? raw : raw.replaceAll(/\s+/gu, ' ').trim();
    },
    texts(raw: unknown, where: string, max: number): string[] {
      if (raw === undefined || raw === null) return [];
      if (!Array.isArray(raw) || raw.length > max) {
        add(where, `this is not a list of at most ${max} texts`);
        return [];
      }
      return raw.map((each, index) => this.text(each, `${where}[${index}]`, max)).filter((each) => each !== '');
    },
    flag(raw: unknown, where: string): boolean {
      if (raw !== undefined && raw !== null && typeof raw !== 'boolean') add(where, 'this is neither true nor false');
      return raw === true;
    },
    items(raw: unknown, where: string, max: number): { item: Item; at: string }[] {
      if (raw === undefined || raw === null) return [];
      if (!Array.isArray(raw) || raw.length > max) {
        add(where, `this is not a list of at most ${max}`);
        return [];
      }
      return raw.flatMap((each, index) => {
        const at = `${where}[${index}]`;
        const item = asItem(each);
        if (item === undefined) add(at, 'this is not an object in braces');
        return item === undefined ? [] : [{ item, at }];
      });
    },
  };
}
