import { AppError } from '../../../shared/errors.ts';
import { callCore } from '../../api/client.ts';
import { sendFile, toBase64 } from '../../api/upload.ts';
import { mentionLink } from '../../ui/mention-link.ts';
import { addImage } from './queries.ts';

/** Larger pictures become files of the case. */
const MOST_PICTURE = 10_000_000;
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

export interface FilePlace {
  caseId: string;
  engagementId: string;
}

/** What a file has become: a picture in the text, or evidence of the case. */
export type AddedFile = { markdown: string; evidenceId: string | undefined };

/** Stores a file in the case: a picture to show in the text, anything else as evidence, through Intake. */
export async function addFile(place: FilePlace, file: File, signal: AbortSignal): Promise<AddedFile> {
  if (PICTURES.has(file.type) && file.size <= MOST_PICTURE) {
    const name = file.name === '' ? 'picture' : file.name;
    const { imageId } = await addImage({ caseId: place.caseId, name, base64: await toBase64(file) });
    return { markdown: `![${name.replaceAll(/[[\]\\]/g, '')}](osmia-image:${imageId})`, evidenceId: undefined };
  }
  const id = await sendFile(file, { engagementId: place.engagementId, signal, onProgress: () => undefined });
  const intake = await callCore('intake.wait', { id }, signal);
  if (intake.state === 'failed') throw new AppError('unavailable', intake.error ?? 'The file could not be taken in.');
  const { evidenceId } = await callCore('intake.accept', { id, caseId: place.caseId });
  if (evidenceId === null)
    throw new AppError('unavailable', `${intake.name} was taken in, but is no evidence of the case.`);
  return { markdown: mentionLink({ kind: 'evidence', id: evidenceId }, intake.name), evidenceId };
}
