import { readAttackBundle } from '../../src/analysis/attack/read-bundle.ts';
import { readAlerts } from '../../src/analysis/alerts/read-alerts.ts';
import { classifyValue, normalise } from '../../src/analysis/indicators/classify.ts';
import { makeLockedZip, openZip, readZipEntry } from '../../src/analysis/containers/locked-zip.ts';
import { Unreadable } from '../../src/analysis/containers/part-reader.ts';
import { inspect } from '../../src/analysis/inspect.ts';
import { readPartBytes, readPartText } from '../../src/analysis/read-part.ts';
import type { AnalysisWorker, Finding } from '../../src/core/ports.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { DataType } from '../../src/shared/model/data-type.ts';

/** The real analysis code without the worker process around it: same answers, no start-up. */
export const directAnalysis: AnalysisWorker = {
  inspect: (file, options, signal, onProgress) => inspect(file, options, signal, onProgress),
  async partText(file, options, part, range, signal) {
    const found = await readPartText(file, options, part, range, signal);
    if (!found) throw new AppError('not_found', `No part ${part}.`);
    const { lineAtOffset, ...rest } = found;
    return { ...rest, line: lineAtOffset };
  },
  async partBytes(file, options, part, signal) {
    const found = await readPartBytes(file, options, part, signal);
    if (!found) throw new AppError('not_found', `No part ${part}.`);
    return found;
  },
  readAlerts: (file, options, signal) => readAlerts(file, options, signal),
  openZip: (file, _options, passwords) => orReason(() => openZip(file, passwords)),
  zipEntry: (file, _options, index, password) =>
    orReason(async () => ({ bytes: await readZipEntry(file, index, password) })),
  lockZip: (file, { name }, { password, method }) => makeLockedZip(file, name, password, method),
  classify: async (text, dataType) => classifyOne(text, dataType),
  classifyAll: async (items) => items.map(({ text, dataType }) => classifyOne(text, dataType)),
  attackBundle: (file) => readAttackBundle(file),
};

function classifyOne(
  text: string,
  dataType: string | undefined,
): { dataType: string; value: string; marks: string[] } | { reason: string } {
  if (dataType === undefined) return classifyValue(text, { orOther: true });
  const answer = normalise(dataType as DataType, text);
  return 'reason' in answer ? answer : { dataType, ...answer };
}

async function orReason<T>(read: () => Promise<T>): Promise<T | { reason: string }> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Unreadable) return { reason: error.message };
    throw error;
  }
}

/** Finds the given values in any file: for what no small file can hold. */
export const analysisThatFinds = (observables: Finding[]): AnalysisWorker => ({
  ...directAnalysis,
  inspect: async ({ size }) => ({
    tree: {
      path: '/',
      name: 'x',
      kind: 'file',
      mediaType: 'text/plain',
      description: 'text',
      size,
      warnings: [],
      children: [],
    },
    coverage: { parts: 1, skipped: [] },
    observables,
    rejected: [],
    texts: [],
  }),
});
