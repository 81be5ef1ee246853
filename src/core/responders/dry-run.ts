import { v7 } from 'uuid';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { EffectiveConfig } from '../analyzers/effective-config.ts';
import { parseOutput } from '../engine/process/read-output.ts';
import { redact } from '../engine/process/redact.ts';
import { type AttachedFile, runAnalyzer } from '../engine/process/run-analyzer.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import { allowed, type GateDecision } from '../jobs/gate.ts';
import type { SentFile } from './payload.repo.ts';

export interface DryRunAnswer {
  isOk: boolean;
  message: string;
  /** What it says that it would do. */
  full: Record<string, unknown> | null;
}

export type DryRun = (
  flavor: KnownFlavor,
  config: EffectiveConfig,
  /** Of the flavor without a network: that is what runs here. */
  decide: (flavor: KnownFlavor) => GateDecision,
  input: Record<string, unknown>,
  attachments: readonly SentFile[],
  signal: AbortSignal,
) => Promise<DryRunAnswer>;

const MAX_SECONDS = 60;

/** Runs one of our own responders with `dryRun` set and with no network, so that it cannot act whatever it does. */
export function createDryRun(deps: Parameters<typeof runAnalyzer>[0] & { blobs: BlobStore }): DryRun {
  return async (flavor, config, decide, input, attachments, signal) => {
    const id = v7();
    const limits = { ...flavor.limits, wallSeconds: Math.min(MAX_SECONDS, flavor.limits.wallSeconds) };
    const confined: KnownFlavor = { ...flavor, limits, isLocal: true };
    const decision = decide(confined);
    const permit = allowed(decision, id);
    if (permit === undefined) return { isOk: false, message: decision.message, full: null };
    const opened: AttachedFile[] = [];
    try {
      for (const { blobId, name, contentType } of attachments)
        opened.push({ reader: await deps.blobs.open(blobId), name, contentType });
      const run = { jobId: id, flavor: confined, input, file: undefined, attachments: opened, secrets: config.secrets };
      const result = await runAnalyzer(deps, permit, run, signal);
      await result.wipe();
      signal.throwIfAborted();
      if (result.report.length === 0) {
        const said = result.ended.stderr.trim().split('\n').at(-1)?.slice(0, 500) ?? '';
        return {
          isOk: false,
          message: `It left no report. ${said || `It ended as ${result.ended.cause}.`}`,
          full: null,
        };
      }
      const output = parseOutput(result.report, config.secrets);
      if (!output.isSuccess) return { isOk: false, message: output.message, full: null };
      const { full } = output.body;
      const said = full['message'];
      return { isOk: true, message: typeof said === 'string' ? said : 'It would act.', full };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return {
        isOk: false,
        message: `Its report cannot be read: ${redact(error.message, config.secrets)}`,
        full: null,
      };
    } finally {
      for (const { reader } of opened) await reader.close();
    }
  };
}
