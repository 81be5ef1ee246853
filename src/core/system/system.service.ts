import { statfs } from 'node:fs/promises';
import type { z } from 'zod';
import type { systemContract } from '../../shared/contract/jobs.ts';
import type { Clock } from '../ports.ts';
import { startOfDay } from './start-of-day.ts';
import type { SystemRepo } from './system.repo.ts';

type Contract = typeof systemContract;
export type Check = z.output<Contract['system.doctor']['output']>['checks'][number];

export interface SystemService {
  activity(engagementId: string | undefined): z.output<Contract['system.activity']['output']>;
  doctor(): Promise<z.output<Contract['system.doctor']['output']>>;
}

/** Below this an evidence file or a backup may not fit any more. */
const LOW_DISK_BYTES = 2 * 2 ** 30;
/** Change records that the doctor follows; the whole log is checked by a restore. */
const DOCTOR_CHANGES = 10_000;

export function createSystemService(deps: {
  repo: SystemRepo;
  clock: Clock;
  osmiaVersion: string;
  /** The workspace folder; it is asked for free space and never named. */
  dir: string;
  verifyChangeLog(limit: number): { checked: number; brokenAt: number | null };
  /** What the host (keychain) and the engine (sandbox, interpreters) say of themselves. */
  otherChecks(): Promise<Check[]>;
}): SystemService {
  const { repo, clock } = deps;
  return {
    activity: (engagementId) => ({
      ...repo.jobCounts(engagementId),
      leftToday: repo.leftSince(engagementId, startOfDay(clock.now(), clock.zone())),
    }),
    async doctor() {
      const { database, files, fileCount } = repo.size();
      return {
        osmia: deps.osmiaVersion,
        checks: [
          ok('node', `${process.version} on ${process.platform} ${process.arch}`),
          ok('database', `SQLite ${repo.sqliteVersion()}, sealed with ${repo.cipher()}`),
          changeLogCheck(deps.verifyChangeLog(DOCTOR_CHANGES)),
          ok('workspace', `${megabytes(database)} of database, ${fileCount} files with ${megabytes(files)}`),
          await diskCheck(deps.dir),
          ...(await deps.otherChecks()),
        ],
      };
    },
  };
}

const ok = (name: string, message: string): Check => ({ name, status: 'ok', message });

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;

function changeLogCheck({ checked, brokenAt }: { checked: number; brokenAt: number | null }): Check {
  return brokenAt === null
    ? ok('change log', `the newest ${checked} records follow each other`)
    : {
        name: 'change log',
        status: 'problem',
        message: `record ${brokenAt} was changed or removed outside Osmia; restore a backup, or keep it and say so`,
      };
}

async function diskCheck(dir: string): Promise<Check> {
  const { bavail, bsize } = await statfs(dir);
  const free = bavail * bsize;
  const message = `${megabytes(free)} free where the workspace lies`;
  return free < LOW_DISK_BYTES ? { name: 'disk', status: 'warning', message } : ok('disk', message);
}
