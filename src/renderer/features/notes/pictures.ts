import { AppError } from '../../../shared/errors.ts';
import { toBase64 } from '../../api/upload.ts';
import { addImage } from './queries.ts';

const MOST_BYTES = 10_000_000;

/** Stores a picture in the case and returns the Markdown that shows it. */
export async function insertPicture(caseId: string, file: File): Promise<string> {
  if (file.size > MOST_BYTES)
    throw new AppError('too_large', 'A picture in a note may have 10 MB at most. Drop it as evidence instead.');
  const name = file.name === '' ? 'picture' : file.name;
  const { imageId } = await addImage({ caseId, name, base64: await toBase64(file) });
  return `![${name.replaceAll(/[[\]]/g, '')}](osmia-image:${imageId})`;
}
