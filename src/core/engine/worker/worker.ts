/**
 * A warm worker: one process, one request at a time, inside the sandbox. It runs the parsers of src/analysis and the
 * bundled analyzers on hostile files, and has nothing but its two pipes: the file's bytes are asked for through them.
 */
import { Buffer } from 'node:buffer';
import { sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Analyzer, AnalyzerInput } from '../../../analysis/analyzer.ts';
import { type ByteSource, MAX_READ, readRange } from '../../../analysis/byte-source.ts';
import { toDataType } from '../../../shared/model/data-type.ts';
import { createFrameReader, decodeJson, encodeFrame, encodeJson } from '../broker/wire.ts';
import { type Output, parseOutput, tidyOutput } from '../process/read-output.ts';
import {
  encodeRead,
  FROM_WORKER,
  type LentFile,
  MAX_RESULT,
  type ReportAnswer,
  TO_WORKER,
  type WorkerRequest,
} from './protocol.ts';

const write = process.stdout.write.bind(process.stdout);
// Libraries that print must not break the frames.
process.stdout.write = (chunk: string | Uint8Array) => process.stderr.write(chunk);

const analyzersRoot = process.argv[2] ?? '';

interface Reads {
  next: number;
  waiting: Map<number, { resolve(bytes: Uint8Array): void; reject(error: Error): void }>;
}
let current: { id: number; reads: Reads } | undefined;

function lend(id: number, file: LentFile): ByteSource {
  const reads: Reads = current?.reads ?? { next: 1, waiting: new Map() };
  return {
    size: file.size,
    read(offset, length) {
      const wanted = Math.max(0, Math.min(length, MAX_READ, file.size - offset));
      if (wanted === 0) return Promise.resolve(new Uint8Array(0));
      const number = reads.next++;
      return new Promise((resolve, reject) => {
        reads.waiting.set(number, { resolve, reject });
        write(encodeFrame(FROM_WORKER.read, id, encodeRead(number, offset, wanted)));
      });
    },
  };
}

const named = (file: LentFile): { name: string; contentType?: string } =>
  file.contentType === undefined ? { name: file.name } : { name: file.name, contentType: file.contentType };

/** Never aborted: the core ends a request by ending this process. */
const never = new AbortController().signal;

async function answer(id: number, request: WorkerRequest): Promise<unknown> {
  switch (request.op) {
    case 'inspect': {
      const { inspect } = await import('../../../analysis/inspect.ts');
      let told = 0;
      return inspect(lend(id, request.file), { ...named(request.file), derive: request.derive }, never, (progress) => {
        // One line for each percent is plenty.
        if (progress.read < told && progress.read !== progress.total) return;
        told = progress.read + progress.total / 100;
        write(encodeJson(FROM_WORKER.progress, id, progress));
      });
    }
    case 'partText': {
      const { readPartText } = await import('../../../analysis/read-part.ts');
      const { offset, length } = request;
      const found = await readPartText(
        lend(id, request.file),
        named(request.file),
        request.part,
        { offset, length },
        never,
      );
      if (found === undefined) return null;
      const { lineAtOffset, ...rest } = found;
      return { ...rest, line: lineAtOffset };
    }
    case 'partBytes': {
      const { readPartBytes } = await import('../../../analysis/read-part.ts');
      const found = await readPartBytes(lend(id, request.file), named(request.file), request.part, never);
      if (found === undefined) return null;
      sendBytes(id, found.bytes);
      return { name: found.name, mediaType: found.mediaType };
    }
    case 'openZip': {
      const { openZip } = await import('../../../analysis/containers/locked-zip.ts');
      return orReason(() => openZip(lend(id, request.file), request.passwords));
    }
    case 'zipEntry': {
      const { readZipEntry } = await import('../../../analysis/containers/locked-zip.ts');
      return orReason(async () => {
        sendBytes(id, await readZipEntry(lend(id, request.file), request.index, request.password));
        return {};
      });
    }
    case 'lockZip': {
      const { makeLockedZip } = await import('../../../analysis/containers/locked-zip.ts');
      const { name, password, method } = request;
      sendBytes(id, await makeLockedZip(lend(id, request.file), name, password, method));
      return {};
    }
    case 'classify': {
      const { classifyValue, normalise } = await import('../../../analysis/indicators/classify.ts');
      return request.items.map(({ text, dataType }) => {
        if (dataType === null) return classifyValue(text, { orOther: true });
        const known = toDataType(dataType);
        if (known === undefined) return { reason: `Osmia knows no type ${dataType}` };
        const checked = normalise(known, text);
        return 'reason' in checked ? checked : { dataType: known, ...checked };
      });
    }
    case 'attackBundle': {
      const { readAttackBundle } = await import('../../../analysis/attack/read-bundle.ts');
      return readAttackBundle(lend(id, request.file));
    }
    case 'alerts': {
      const { readAlerts } = await import('../../../analysis/alerts/read-alerts.ts');
      const { name } = request.file;
      const { files, ...found } = await readAlerts(lend(id, request.file), { name, mapping: request.mapping }, never);
      for (const file of files) sendBytes(id, file);
      return found;
    }
    case 'analyze':
      return analyze(id, request);
    case 'report': {
      const bytes = await readRange(lend(id, request.file));
      return answerReport(id, parseOutput(bytes, request.secrets));
    }
  }
}

/** What cannot be read is an answer; anything else is a fault of the worker. */
async function orReason<T>(read: () => Promise<T>): Promise<T | { reason: string }> {
  const { Unreadable } = await import('../../../analysis/containers/part-reader.ts');
  try {
    return await read();
  } catch (error) {
    if (error instanceof Unreadable) return { reason: error.message };
    throw error;
  }
}

async function analyze(id: number, request: Extract<WorkerRequest, { op: 'analyze' }>): Promise<unknown> {
  if (!request.program.startsWith(`${analyzersRoot}${sep}`))
    throw new Error('The program is not one of the bundled ones.');
  const module = (await import(pathToFileURL(request.program).href)) as { default?: Partial<Analyzer> };
  const analyzer = module.default;
  if (typeof analyzer?.run !== 'function') throw new Error('The program exports no analyzer.');
  const { dataType, data, ...rest } = request.input;
  const { file } = request;
  const input: AnalyzerInput = {
    ...rest,
    dataType,
    ...(data === null ? {} : { data }),
    ...(file === null
      ? {}
      : {
          file: {
            name: file.name,
            contentType: file.contentType ?? 'application/octet-stream',
            source: lend(id, file),
          },
        }),
  };
  const output = await analyzer.run(input, never);
  // File artifacts travel as bytes, in order; the JSON names them by position.
  let sent = 0;
  const artifacts = output.artifacts.map((artifact) => {
    if (artifact.dataType !== 'file' || !('bytes' in artifact)) return artifact;
    const { bytes, ...facts } = artifact;
    sendBytes(id, bytes);
    return { ...facts, attachment: sent++ };
  });
  const { summary, full, operations } = output;
  return answerReport(id, tidyOutput({ success: true, summary, full, artifacts, operations }, request.secrets));
}

/** The report without its artifacts goes as bytes, so that the core stores it without parsing it. */
function answerReport(id: number, output: Output): ReportAnswer {
  if (!output.isSuccess) return output;
  const { body, artifacts, repairs } = output;
  const json = Buffer.from(JSON.stringify(body), 'utf8');
  if (json.length > MAX_RESULT) throw new Error(`The report is over ${MAX_RESULT / 2 ** 20} MiB.`);
  sendBytes(id, json);
  return { isSuccess: true, taxonomies: body.summary.taxonomies, artifacts, repairs };
}

/** In pieces, so that no frame is over the limit; an empty piece ends one attachment. */
function sendBytes(id: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += MAX_READ) {
    write(encodeFrame(FROM_WORKER.bytes, id, bytes.subarray(at, at + MAX_READ)));
  }
  write(encodeFrame(FROM_WORKER.bytes, id, new Uint8Array(0)));
}

async function serve(id: number, request: WorkerRequest): Promise<void> {
  current = { id, reads: { next: 1, waiting: new Map() } };
  try {
    const result = Buffer.from(JSON.stringify((await answer(id, request)) ?? null), 'utf8');
    if (result.length > MAX_RESULT) throw new Error(`The result is over ${MAX_RESULT / 2 ** 20} MiB.`);
    write(encodeFrame(FROM_WORKER.result, id, result));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${error instanceof Error ? (error.stack ?? message) : message}\n`);
    write(encodeJson(FROM_WORKER.error, id, { message: message.slice(0, 4_000) }));
  } finally {
    current = undefined;
  }
}

const onChunk = createFrameReader(MAX_READ * 4, ({ kind, id, payload }) => {
  if (kind === TO_WORKER.request) {
    void serve(id, decodeJson(payload) as WorkerRequest);
    return;
  }
  if (current === undefined || current.id !== id) return;
  const number = payload.readUInt32LE(0);
  const waiting = current.reads.waiting.get(number);
  current.reads.waiting.delete(number);
  if (kind === TO_WORKER.piece) waiting?.resolve(payload.subarray(4));
  else waiting?.reject(new Error(payload.toString('utf8', 4)));
});

process.stdin.on('data', (chunk: Buffer) => onChunk(chunk));
write(encodeFrame(FROM_WORKER.ready, 0, new Uint8Array(0)));
// What nearly every request needs is loaded while nobody waits. Started without input, this is all that happens: it is
// how the code cache is filled.
const loaded = Promise.allSettled([import('../../../analysis/inspect.ts'), import('../../../analysis/read-part.ts')]);
process.stdin.on('end', () => {
  void loaded.then(() => process.exit(0));
});
