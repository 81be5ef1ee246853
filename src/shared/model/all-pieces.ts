type Ask = (next: { cursor?: string }) => Promise<{ text: string; next: string | null }>;

/** A text that comes in pieces, by the cursor of the next one, from the first to the last. */
export async function* allPieces(ask: Ask): AsyncGenerator<string> {
  for (let at: { cursor?: string } = {}; ; ) {
    const { text, next } = await ask(at);
    yield text;
    if (next === null) return;
    at = { cursor: next };
  }
}

/** The same as one text. */
export async function wholeText(ask: Ask): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of allPieces(ask)) pieces.push(piece);
  return pieces.join('');
}
