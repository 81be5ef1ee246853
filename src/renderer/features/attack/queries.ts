import { callCore, type Output } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

export const packQuery = () => callQuery('attack.pack', {}, ['attack']);
export const tacticsQuery = () => callQuery('attack.tactics', {}, ['attack']);
export const searchQuery = (text: string) => callQuery('attack.search', { text }, ['attack']);
export const techniqueQuery = (technique: string) => callQuery('attack.technique', { technique }, ['attack']);
export const caseTechniquesQuery = (caseId: string) =>
  callQuery('techniques.list', { caseId }, ['attack', 'timeline'], caseId);
export const casesWithQuery = (technique: string, engagementId: string | undefined) =>
  callQuery('techniques.cases', { technique, limit: 20, ...(engagementId === undefined ? {} : { engagementId }) }, [
    'attack',
    'case',
  ]);

export const importGrant = (token: string) => callCore('attack.import', { token });

/** Of a file in a browser, in bytes before base64. */
const PIECE = 3 * 2 ** 20;

/** A page without a host of its own sends the file piece by piece. */
export async function importFile(
  file: File,
  onProgress: (share: number) => void,
): Promise<Output<'attack.importFinish'>> {
  const { upload } = await callCore('attack.importBegin', { name: file.name.slice(0, 300), size: file.size });
  for (let at = 0; at < file.size; at += PIECE) {
    // oxlint-disable-next-line no-await-in-loop -- in order, and no more than one piece in memory
    const base64 = await asBase64(file.slice(at, at + PIECE));
    // oxlint-disable-next-line no-await-in-loop -- as above
    await callCore('attack.importAppend', { upload, base64 });
    onProgress(Math.min(1, (at + PIECE) / file.size));
  }
  return callCore('attack.importFinish', { upload });
}

async function asBase64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
