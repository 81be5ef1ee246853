import type { ParsedAlerts } from '../../../analysis/alerts/parsed-alert.ts';
import type { Inspection } from '../../../analysis/inspection.ts';
import { AppError } from '../../../shared/errors.ts';
import type { AnalysisWorker, BlobReader } from '../../ports.ts';
import type { WorkerPool } from './pool.ts';
import type { LentFile } from './protocol.ts';

/** How long one call may take, in milliseconds: a file of 2 GB is read in well under a minute. */
const INSPECT_MS = 15 * 60_000;
const PART_MS = 5 * 60_000;
const CLASSIFY_MS = 60_000;
const BUNDLE_MS = 2 * 60_000;

/** Our analysis code as the core sees it. */
export function createAnalysisWorker(pool: WorkerPool): AnalysisWorker {
  const lend = (file: BlobReader, options: { name: string; contentType?: string }): LentFile =>
    options.contentType === undefined
      ? { size: file.size, name: options.name }
      : { size: file.size, name: options.name, contentType: options.contentType };
  const missing = (part: string): AppError =>
    new AppError('not_found', `The file has no such part with content: ${part.slice(0, 200)}.`);

  const classifyAll: AnalysisWorker['classifyAll'] = async (items, signal) => {
    const { result } = await pool.request(
      { op: 'classify', items: items.map(({ text, dataType }) => ({ text, dataType: dataType ?? null })) },
      { signal, wallMs: CLASSIFY_MS },
    );
    return result as Awaited<ReturnType<AnalysisWorker['classifyAll']>>;
  };

  return {
    async inspect(file, options, signal, onProgress) {
      const { result } = await pool.request(
        { op: 'inspect', file: lend(file, options), derive: options.derive ?? false },
        { signal, wallMs: INSPECT_MS, file, ...(onProgress === undefined ? {} : { onProgress }) },
      );
      return result as Inspection;
    },
    async partText(file, options, part, range, signal) {
      const { result } = await pool.request(
        { op: 'partText', file: lend(file, options), part, ...range },
        { signal, wallMs: PART_MS, file },
      );
      if (result === null) throw missing(part);
      return result as Awaited<ReturnType<AnalysisWorker['partText']>>;
    },
    async partBytes(file, options, part, signal) {
      const { result, attachments } = await pool.request(
        { op: 'partBytes', file: lend(file, options), part },
        { signal, wallMs: PART_MS, file },
      );
      const bytes = attachments[0];
      if (result === null || bytes === undefined) throw missing(part);
      return { ...(result as { name: string; mediaType: string }), bytes };
    },
    async readAlerts(file, options, signal) {
      const { result, attachments } = await pool.request(
        { op: 'alerts', file: lend(file, options), mapping: options.mapping },
        { signal, wallMs: PART_MS, file },
      );
      return { ...(result as ParsedAlerts), files: attachments };
    },
    async openZip(file, options, passwords, signal) {
      const { result } = await pool.request(
        { op: 'openZip', file: lend(file, options), passwords: [...passwords] },
        { signal, wallMs: PART_MS, file },
      );
      return result as Awaited<ReturnType<AnalysisWorker['openZip']>>;
    },
    async zipEntry(file, options, index, password, signal) {
      const { result, attachments } = await pool.request(
        { op: 'zipEntry', file: lend(file, options), index, password },
        { signal, wallMs: PART_MS, file },
      );
      const bytes = attachments[0];
      return bytes === undefined
        ? { reason: (result as { reason?: string }).reason ?? 'it has no content' }
        : { bytes };
    },
    async lockZip(file, options, { password, method }, signal) {
      const { attachments } = await pool.request(
        { op: 'lockZip', file: lend(file, options), name: options.name, password, method },
        { signal, wallMs: PART_MS, file },
      );
      const bytes = attachments[0];
      if (bytes === undefined) throw new AppError('unavailable', 'The archive could not be made.');
      return bytes;
    },
    async classify(text, dataType, signal) {
      const [answer] = await classifyAll([{ text, dataType }], signal);
      return answer ?? { reason: 'The worker gave no answer.' };
    },
    classifyAll,
    async attackBundle(file, name, signal) {
      const { result } = await pool.request(
        { op: 'attackBundle', file: lend(file, { name }) },
        { signal, wallMs: BUNDLE_MS, file },
      );
      return result as Awaited<ReturnType<AnalysisWorker['attackBundle']>>;
    },
  };
}
