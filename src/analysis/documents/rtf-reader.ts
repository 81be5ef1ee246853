import { readRange } from '../byte-source.ts';
import { type PartReader, Unreadable } from '../containers/part-reader.ts';
import { CONTAINER_LIMITS } from '../inspection.ts';
import { cutWindows } from '../text/windows.ts';
import { rtfToText } from './rtf-text.ts';

export const readRtf: PartReader = async (file, walk) => {
  if (file.source.size > CONTAINER_LIMITS.entryBytes)
    throw new Unreadable('an RTF document of more than 100 MiB is not read');
  const { text, isHtml, objects, complete } = rtfToText(await readRange(file.source));
  if (!complete)
    walk.skip(file.part, 'groups nested too deep, or too many or too large embedded objects: the rest was not read');
  await walk.section(file, {
    name: isHtml ? 'text.html' : 'text',
    mediaType: isHtml ? 'text/html' : 'text/plain',
    description: isHtml ? 'HTML, taken from RTF' : 'Text, taken from RTF',
    format: isHtml ? 'html' : 'text',
    pieces: cutWindows(text),
  });
  for (const [index, bytes] of objects.entries()) {
    walk.warn(file.part, 'contains an embedded object');
    await walk.file(file, {
      name: `object-${index + 1}.bin`,
      size: bytes.length,
      named: false,
      open: async () => ({ bytes }),
    });
  }
};
