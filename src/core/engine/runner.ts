import { v7 as uuidv7 } from 'uuid';
import { AppError } from '../../shared/errors.ts';
import { papToNumber, tlpToNumber } from '../../shared/model/marking.ts';
import { type ReportBody, type Taxonomy, worstLevel } from '../../shared/model/report.ts';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { EffectiveConfig } from '../analyzers/effective-config.ts';
import type { BlobStore, Owner } from '../evidence/blob-store.ts';
import { GateAllowed } from '../jobs/gate.ts';
import { basisOf, type ReportBasis } from '../jobs/report-basis.ts';
import { packBody, type PackedReport } from '../jobs/reports.repo.ts';
import { reportWords } from '../search/report-words.ts';
import type { BlobReader } from '../ports.ts';
import { orUnknown } from '../responders/or-unknown.ts';
import type { Payload, PayloadRepo } from '../responders/payload.repo.ts';
import type { RateHints } from '../quota/rate-hints.ts';
import type { Broker } from './broker/broker-client.ts';
import type { JobEnd, JobRow } from './job-row.ts';
import type { Contact } from './network/contact.ts';
import { openArtifactFile } from './process/artifact-files.ts';
import { isFileArtifact, parseOutput, type ProposedArtifact, type ProposedFile } from './process/read-output.ts';
import { redact } from './process/redact.ts';
import { type AnalyzerResult, type AttachedFile, runAnalyzer } from './process/run-analyzer.ts';
import type { Scratch } from './process/scratch.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import type { WorkerPool } from './worker/pool.ts';
import type { ReportAnswer } from './worker/protocol.ts';

/** How one run came out. `retry`: nothing was learnt, the next attempt may do better. */
export interface Finished {
  end: Omit<JobEnd, 'reportId'>;
  report?: PackedReport;
  /** The hosts that it asked the filtering proxy for. */
  contacts?: readonly Contact[];
  /** What the service said about its limits. */
  hints?: RateHints;
  retry: boolean;
}

export interface Runner {
  /** Runs a claimed job to its end; rejects only for bugs of ours. The tree is dead when it resolves. */
  run(
    job: JobRow,
    flavor: KnownFlavor,
    config: EffectiveConfig,
    mediaType: string,
    permit: GateAllowed,
    signal: AbortSignal,
  ): Promise<Finished>;
}

interface Parsed {
  taxonomies: Taxonomy[];
  artifacts: ProposedArtifact[];
  /** JSON of `{ summary, full, operations }`. */
  rest: Buffer;
  notes: string[];
}

/** Above this a report is parsed in the worker, so that the core never stands still for one. */
const PARSE_HERE = 2 ** 20;
const PARSE_MS = 60_000;
const STDERR_KEPT = 16_384;
/** File artifacts kept of one report, and their bytes together. */
const MAX_FILES = 500;
const MAX_FILES_BYTES = 2 ** 30;

const never = new AbortController().signal;

export function createRunner(deps: {
  broker: Broker;
  sandbox: Sandbox;
  scratch: Scratch;
  pool: WorkerPool;
  blobs: BlobStore;
  payloads: Pick<PayloadRepo, 'find'>;
}): Runner {
  const { sandbox, pool, blobs, payloads } = deps;

  const fail = (code: string, message: string, more: Partial<JobEnd> & { retry?: boolean } = {}): Finished => ({
    end: {
      status: 'failed',
      reason: { code, message },
      exitCode: more.exitCode ?? null,
      stderr: more.stderr ?? '',
      sandbox: sandbox.report.level,
      sandboxNotes: more.sandboxNotes ?? [],
    },
    retry: more.retry ?? false,
  });

  const inWorker = async (
    job: JobRow,
    flavor: KnownFlavor,
    config: EffectiveConfig,
    file: { reader: BlobReader; name: string; contentType: string } | undefined,
    signal: AbortSignal,
  ): Promise<Finished> => {
    const sandboxNotes = sandbox.notes({ hasNetwork: false });
    const asked = pool.request(
      {
        op: 'analyze',
        program: flavor.program ?? '',
        file: file === undefined ? null : { size: file.reader.size, name: file.name, contentType: file.contentType },
        input: {
          dataType: job.data_type,
          data: file === undefined ? job.value : null,
          tlp: tlpToNumber(job.tlp),
          pap: papToNumber(job.pap),
          message: '',
          parameters: JSON.parse(job.parameters) as Record<string, unknown>,
          config: config.config,
        },
        secrets: config.secrets,
      },
      { signal, wallMs: flavor.limits.wallSeconds * 1_000, ...(file === undefined ? {} : { file: file.reader }) },
    );
    let answer: Awaited<typeof asked>;
    try {
      answer = await asked;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'cancelled') return { ...fail('cancelled', error.message, { sandboxNotes }) };
      const cause = String(error.details?.['cause'] ?? 'crashed');
      const code = cause === 'thrown' ? 'analyzer_error' : cause === 'too_large' ? 'output_too_large' : cause;
      return fail(code, redact(error.message, config.secrets).slice(0, 4_000), {
        sandboxNotes,
        retry: cause === 'crashed',
      });
    }
    const report = answer.result as ReportAnswer;
    if (!report.isSuccess) return fail('analyzer_error', report.message, { sandboxNotes });
    if ((answer.attachments.at(-1)?.length ?? 0) > flavor.limits.outputBytes) {
      return fail('output_too_large', `Its report is larger than ${inMib(flavor.limits.outputBytes)}.`, {
        sandboxNotes,
      });
    }
    const parsed: Parsed = {
      taxonomies: report.taxonomies,
      artifacts: report.artifacts,
      rest: Buffer.from(answer.attachments.at(-1) ?? new Uint8Array(0)),
      notes: report.repairs,
    };
    const take = (proposed: ProposedFile): Uint8Array | string =>
      answer.attachments[proposed.attachment ?? -1] ?? 'it did not come';
    return keep(job, basisOf(flavor, config), parsed, take, { exitCode: null, stderr: '', sandboxNotes });
  };

  const inProcess = async (
    job: JobRow,
    flavor: KnownFlavor,
    config: EffectiveConfig,
    file: { reader: BlobReader; name: string; contentType: string } | undefined,
    permit: GateAllowed,
    signal: AbortSignal,
  ): Promise<Finished> => {
    const payload = job.kind === 'responder' ? payloads.find(job.id) : undefined;
    const input = {
      ...(file === undefined
        ? { data: payload === undefined ? job.value : (JSON.parse(payload.object) as unknown) }
        : {}),
      dataType: job.data_type,
      tlp: tlpToNumber(job.tlp),
      pap: papToNumber(job.pap),
      message: '',
      parameters: JSON.parse(job.parameters) as Record<string, unknown>,
      config: config.config,
    };
    const attachments = payload === undefined ? [] : await openAll(payload);
    try {
      const result = await runAnalyzer(
        deps,
        permit,
        { jobId: job.id, flavor, input, file, attachments, secrets: config.secrets },
        signal,
      );
      try {
        return { ...(await judge(job, flavor, config, result)), contacts: result.contacts };
      } finally {
        await result.wipe();
      }
    } finally {
      for (const { reader } of attachments) await reader.close();
    }
  };

  const openAll = async (payload: Payload): Promise<AttachedFile[]> => {
    const opened: AttachedFile[] = [];
    try {
      for (const { blobId, name, contentType } of payload.attachments)
        opened.push({ reader: await blobs.open(blobId), name, contentType });
      return opened;
    } catch (error) {
      for (const { reader } of opened) await reader.close();
      throw error;
    }
  };

  const judge = async (
    job: JobRow,
    flavor: KnownFlavor,
    config: EffectiveConfig,
    result: AnalyzerResult,
  ): Promise<Finished> => {
    const { ended, notes } = result;
    const facts = { exitCode: ended.code, stderr: ended.stderr.slice(-STDERR_KEPT), sandboxNotes: notes };
    switch (ended.cause) {
      case 'spawn_failed':
        return fail('spawn_failed', `It could not be started: ${ended.message}`, facts);
      case 'broker_lost':
        return fail('crashed', ended.message, { ...facts, retry: true });
      case 'timeout':
        return fail('timeout', `It took more than ${flavor.limits.wallSeconds} s and was ended.`, facts);
      case 'killed':
        return fail('cancelled', 'It was cancelled.', facts);
      case 'output_cap':
        return fail('output_too_large', 'It printed more than 8 MiB and was ended.', facts);
      case 'process_cap':
        return fail('too_many_processes', 'It started too many processes and was ended.', facts);
      case 'memory_cap':
        return fail('too_much_memory', 'Its processes together used too much memory and were ended.', facts);
      case 'folder_cap':
        return fail(
          'folder_too_large',
          `It filled its folder with more than ${flavor.limits.folderMib} MiB, or too many files, and was ended.`,
          facts,
        );
      case 'exited':
        break;
    }
    switch (ended.reportFile) {
      case 'none': {
        const said = lastWords(ended.stderr) || lastWords(ended.stdout);
        const how =
          ended.code === 0 ? 'It ended without a report.' : `It ended with ${exitText(ended)} and left no report.`;
        return fail(
          ended.code === 0 ? 'no_output' : 'exit_code',
          said === '' ? how : `${how} Its last words: ${said}`,
          facts,
        );
      }
      case 'too_large':
        return fail('output_too_large', `Its report is larger than ${inMib(flavor.limits.outputBytes)}.`, facts);
      case 'not_a_file':
        return fail('bad_output', 'Its output.json is a link or no file, and was not read.', facts);
      case 'unreadable':
        return fail('bad_output', 'Its output.json could not be read.', facts);
      case 'ok':
        break;
    }
    let parsed: Parsed | string | { unsure: string };
    try {
      parsed = await parse(result.report, config.secrets);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return fail('bad_output', `Its output.json is not a report: ${redact(why, config.secrets).slice(0, 300)}`, facts);
    }
    if (typeof parsed === 'string') return fail('analyzer_error', parsed, facts);
    if ('unsure' in parsed) return fail('unsure', parsed.unsure, facts);
    return keep(
      job,
      basisOf(flavor, config),
      parsed,
      (file) => openArtifactFile(result.folder, file.file ?? ''),
      facts,
    );
  };

  const parse = async (bytes: Buffer, secrets: readonly string[]): Promise<Parsed | string | { unsure: string }> => {
    if (bytes.length <= PARSE_HERE) {
      const output = parseOutput(bytes, secrets);
      if (!output.isSuccess) return output.isUnsure ? { unsure: output.message } : output.message;
      const { body, artifacts, repairs } = output;
      return {
        taxonomies: body.summary.taxonomies,
        artifacts,
        rest: Buffer.from(JSON.stringify(body), 'utf8'),
        notes: repairs,
      };
    }
    const reader: BlobReader = {
      size: bytes.length,
      read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
      close: () => Promise.resolve(),
    };
    const { result, attachments } = await pool.request(
      { op: 'report', file: { size: bytes.length, name: 'output.json' }, secrets: [...secrets] },
      { signal: never, wallMs: PARSE_MS, file: reader },
    );
    const answer = result as ReportAnswer;
    if (!answer.isSuccess) return answer.message;
    return {
      taxonomies: answer.taxonomies,
      artifacts: answer.artifacts,
      rest: Buffer.from(attachments.at(-1) ?? new Uint8Array(0)),
      notes: answer.repairs,
    };
  };

  /** Stores file artifacts and packs the report. */
  const keep = async (
    job: JobRow,
    basis: ReportBasis,
    parsed: Parsed,
    take: (file: ProposedFile) => ReturnType<typeof openArtifactFile> | Uint8Array,
    facts: { exitCode: number | null; stderr: string; sandboxNotes: string[] },
  ): Promise<Finished> => {
    const owner = ownerOf(job);
    const notes = [...facts.sandboxNotes, ...parsed.notes];
    const artifacts: ReportBody['artifacts'] = [];
    const files: string[] = [];
    let bytesKept = 0;
    for (const proposed of parsed.artifacts) {
      if (!isFileArtifact(proposed)) {
        artifacts.push(proposed);
        continue;
      }
      const leave = (why: string): void => void notes.push(`The file ${proposed.filename} was left out: ${why}.`);
      if (files.length >= MAX_FILES) {
        leave('there are too many');
        continue;
      }
      const found = take(proposed);
      if (typeof found === 'string') {
        leave(found);
        continue;
      }
      const isBytes = found instanceof Uint8Array;
      bytesKept += isBytes ? found.length : found.size;
      if (bytesKept > MAX_FILES_BYTES) {
        leave('together they are too large');
        continue;
      }
      const stored = isBytes ? await blobs.put(found, owner) : await blobs.ingest({ stream: found.stream }, owner);
      files.push(stored.id);
      const { file: _file, attachment: _attachment, ...rest } = proposed;
      artifacts.push({ ...rest, sha256: stored.sha256, size: stored.size });
    }
    const json = Buffer.concat([
      Buffer.from(`{"artifacts":${JSON.stringify(artifacts)},`, 'utf8'),
      parsed.rest.subarray(1),
    ]);
    const report: PackedReport = {
      id: uuidv7(),
      level: worstLevel(parsed.taxonomies.map((one) => one.level)) ?? null,
      taxonomies: parsed.taxonomies,
      body: packBody(json),
      bodyBytes: json.length,
      words: reportWords(json),
      files,
      basis,
    };
    return {
      end: { status: 'done', reason: null, sandbox: sandbox.report.level, ...facts, sandboxNotes: notes.slice(0, 50) },
      report,
      retry: false,
    };
  };

  return {
    async run(job, flavor, config, mediaType, permit, signal) {
      GateAllowed.check(permit, job.id, flavor.id);
      let reader: BlobReader | undefined;
      try {
        if (job.blob_id !== null) reader = await blobs.open(job.blob_id);
        const file =
          reader === undefined
            ? undefined
            : { reader, name: job.value, contentType: mediaType || 'application/octet-stream' };
        const finished =
          flavor.runtime === 'worker'
            ? await inWorker(job, flavor, config, file, signal)
            : await inProcess(job, flavor, config, file, permit, signal);
        return job.kind === 'responder' ? orUnknown(finished) : finished;
      } catch (error) {
        if (signal.aborted) return fail('cancelled', 'It was cancelled.');
        if (error instanceof AppError) return fail(error.code, error.message);
        throw error;
      } finally {
        await reader?.close();
      }
    },
  };
}

function ownerOf(job: JobRow): Owner {
  if (job.case_id !== null) return { owner: 'case', id: job.case_id };
  if (job.intake_id !== null) return { owner: 'intake', id: job.intake_id };
  return { owner: 'workspace', id: 'workspace' };
}

const inMib = (bytes: number): string => `${Math.round((bytes / 2 ** 20) * 10) / 10} MiB`;

const lastWords = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 500) ?? '';

function exitText(ended: { code: number | null; signal: string | null }): string {
  if (ended.signal !== null) return `signal ${ended.signal}`;
  // Inside the sandbox a signal arrives as 128 plus its number.
  if (ended.code !== null && ended.code > 128 && ended.code < 160)
    return `signal ${ended.code - 128} (a limit, or a crash)`;
  return `status ${ended.code ?? 'unknown'}`;
}
