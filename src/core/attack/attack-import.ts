import { closeSync, read } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import type { AttackPack } from '../../shared/contract/attack.ts';
import { AppError } from '../../shared/errors.ts';
import type { EventBus } from '../events/bus.ts';
import { openSourceFile } from '../evidence/source-file.ts';
import type { AnalysisWorker, BlobReader, Clock } from '../ports.ts';
import type { AttackRepo } from './attack.repo.ts';

const readAt = promisify(read);

export interface AttackImport {
  /** Replaces the pack that was there; that one stays where the new file is none. */
  fromPath(path: string, signal: AbortSignal): Promise<AttackPack>;
  fromReader(name: string, reader: BlobReader, signal: AbortSignal): Promise<AttackPack>;
}

/** The bundle is parsed in the sandboxed worker; what it answers is small and goes in by one transaction. */
export function createAttackImport(deps: {
  repo: AttackRepo;
  analysis: AnalysisWorker;
  events: EventBus;
  clock: Clock;
}): AttackImport {
  const { repo, analysis, events, clock } = deps;
  const fromReader: AttackImport['fromReader'] = async (name, reader, signal) => {
    const data = await analysis.attackBundle(reader, name, signal).catch((error: unknown) => {
      // What the parser says of the file is for its owner; a worker that died is not.
      const cause = error instanceof AppError ? error.details?.['cause'] : undefined;
      if (error instanceof AppError && cause !== 'thrown') throw error;
      throw new AppError('invalid_input', error instanceof Error ? error.message : 'The file cannot be read.');
    });
    repo.putPack(data, name.slice(0, 300), clock.now());
    events.publish('attack', 'pack', null);
    const pack = repo.pack();
    if (!pack) throw new Error('The pack that was just stored is gone.');
    return pack;
  };
  return {
    fromReader,
    async fromPath(path, signal) {
      const file = openSourceFile(path);
      try {
        return await fromReader(
          basename(path),
          {
            size: file.size,
            async read(offset, length) {
              const buffer = Buffer.alloc(Math.min(length, Math.max(0, file.size - offset)));
              const { bytesRead } = await readAt(file.fd, buffer, 0, buffer.length, offset);
              return buffer.subarray(0, bytesRead);
            },
            close: async () => undefined,
          },
          signal,
        );
      } finally {
        closeSync(file.fd);
      }
    },
  };
}
