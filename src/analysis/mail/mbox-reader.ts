import { readRange } from '../byte-source.ts';
import type { PartReader } from '../containers/part-reader.ts';
import { CONTAINER_LIMITS } from '../inspection.ts';
import { readText } from '../text/text-reader.ts';

const NEWLINE = 0x0a;

/** A mailbox of several mails, each a file of its own. */
export const readMbox: PartReader = async (file, walk) => {
  if (file.source.size > CONTAINER_LIMITS.entryBytes) {
    walk.skip(file.part, 'a mailbox of more than 100 MiB: searched as plain text, attachments were not opened');
    await readText(file, walk);
    return;
  }
  const starts = separators(Buffer.from(await readRange(file.source)));
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1] ?? file.source.size;
    const goOn = await walk.file(file, {
      name: `mail-${index + 1}.eml`,
      size: end - start,
      mediaType: 'message/rfc822',
      named: false,
      open: async () => ({ bytes: await readRange(file.source, start, end - start) }),
    });
    if (!goOn) return;
  }
};

/** Offsets of the lines `From sender date` at the start of the file and after blank lines. */
function separators(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (
    let at = bytes.indexOf('From ');
    at >= 0 && starts.length <= CONTAINER_LIMITS.entries;
    at = bytes.indexOf('From ', at + 5)
  ) {
    if (at > 0 && bytes[at - 1] !== NEWLINE) continue;
    const afterBlank = at === 0 || bytes[at - 2] === NEWLINE || (bytes[at - 2] === 0x0d && bytes[at - 3] === NEWLINE);
    const line = bytes.toString('latin1', at, at + 200).split('\n', 1)[0] ?? '';
    if (afterBlank && /^From \S{1,120} .{0,60}\d{4}/.test(line)) starts.push(at);
  }
  return starts.length === 0 ? [0] : starts;
}
