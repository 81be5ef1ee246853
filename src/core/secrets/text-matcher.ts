/** Finds any number of words in one pass over a text, however long either is (Aho and Corasick, 1975). */
export interface TextMatcher {
  /** Start and end of each stretch that words cover, in order, touching ones joined: flat pairs of UTF-16 offsets. */
  stretches(text: string): number[];
  /** A search over a text that comes in pieces. */
  search(): { feed(piece: string): void; owners(): ReadonlySet<number> };
}

const ASCII = 128;
const NONE = -1;
const ROOT = 0;

/** `owner` is what `owners()` names for a word that was found. Empty words are left out. */
export function createTextMatcher(words: readonly { text: string; owner: number }[]): TextMatcher {
  const size = words.reduce((sum, { text }) => sum + text.length, 1);
  const unitOf = new Uint16Array(size);
  const firstChild = new Int32Array(size).fill(NONE);
  const nextSibling = new Int32Array(size).fill(NONE);
  const fallback = new Int32Array(size);
  /** Of the longest word that ends here, in UTF-16 units; 0 where none does. */
  const longest = new Int32Array(size);
  const ownersAt = new Map<number, number[]>();
  /** The next shorter word that ends at the same place. */
  const shorter = new Int32Array(size).fill(NONE);
  // Nearly every character of a text is looked up from the root.
  const fromRoot = new Int32Array(ASCII).fill(NONE);
  let nodes = 1;

  const childOf = (node: number, unit: number): number => {
    if (node === ROOT && unit < ASCII) return fromRoot[unit]!;
    let child = firstChild[node]!;
    while (child !== NONE && unitOf[child] !== unit) child = nextSibling[child]!;
    return child;
  };

  for (const { text, owner } of words) {
    if (text === '') continue;
    let node = ROOT;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      let child = childOf(node, unit);
      if (child === NONE) {
        child = nodes++;
        unitOf[child] = unit;
        nextSibling[child] = firstChild[node]!;
        firstChild[node] = child;
        if (node === ROOT && unit < ASCII) fromRoot[unit] = child;
      }
      node = child;
    }
    longest[node] = text.length;
    const owners = ownersAt.get(node);
    if (owners === undefined) ownersAt.set(node, [owner]);
    else owners.push(owner);
  }

  const step = (from: number, unit: number): number => {
    for (let node = from; ; node = fallback[node]!) {
      const child = childOf(node, unit);
      if (child !== NONE) return child;
      if (node === ROOT) return ROOT;
    }
  };

  const queue: number[] = [];
  for (let child = firstChild[ROOT]!; child !== NONE; child = nextSibling[child]!) queue.push(child);
  for (let at = 0; at < queue.length; at += 1) {
    const node = queue[at]!;
    for (let child = firstChild[node]!; child !== NONE; child = nextSibling[child]!) {
      const back = step(fallback[node]!, unitOf[child]!);
      fallback[child] = back;
      shorter[child] = ownersAt.has(back) ? back : shorter[back]!;
      if (longest[child] === 0) longest[child] = longest[back]!;
      queue.push(child);
    }
  }

  return {
    stretches(text) {
      const found: number[] = [];
      let node = ROOT;
      for (let at = 0; at < text.length; at += 1) {
        node = step(node, text.charCodeAt(at));
        const length = longest[node]!;
        if (length === 0) continue;
        let start = at + 1 - length;
        while (found.length > 0 && found.at(-1)! >= start) {
          found.pop();
          start = Math.min(start, found.pop()!);
        }
        found.push(start, at + 1);
      }
      return found;
    },
    search() {
      const owners = new Set<number>();
      const seen = new Set<number>();
      let node = ROOT;
      return {
        feed(piece) {
          for (let at = 0; at < piece.length; at += 1) {
            node = step(node, piece.charCodeAt(at));
            if (longest[node] === 0) continue;
            // What was seen once has told of all that is shorter, so a text of one word repeated stays linear.
            for (let word = ownersAt.has(node) ? node : shorter[node]!; word !== NONE && !seen.has(word); ) {
              seen.add(word);
              for (const owner of ownersAt.get(word) ?? []) owners.add(owner);
              word = shorter[word]!;
            }
          }
        },
        owners: () => owners,
      };
    },
  };
}
