import { resolve } from 'node:path';
import { isDataType } from '../../src/shared/model/data-type.ts';
import type { Flavor, Job } from '../../src/shared/contract/entities.ts';
import type { DoctorLine } from '../../src/shared/contract/doctor.ts';
import { contract, type OsmiaContract } from '../../src/shared/contract/contract.ts';
import { AppError } from '../../src/shared/errors.ts';
import { connect } from '../../src/shared/rpc/connect.ts';
import type { Client } from '../../src/shared/rpc/contract.ts';
import { createInProcessPair } from '../../src/shared/rpc/in-process-port.ts';
import { serve } from '../../src/shared/rpc/serve.ts';
import type { CoreOptions } from '../../src/core/app.ts';
import { logBug } from '../../src/core/bug-log.ts';
import { nodeCoreOptions } from '../../src/server/attach/node-core-options.ts';
import { openTemporaryWorkspace } from '../../src/server/attach/temporary-workspace.ts';
import { printable, table } from '../../src/cli/terminal.ts';

export interface ConformanceOptions {
  /** In Cortex's layout. */
  folder: string;
  hasNetwork: boolean;
  /** Each analyzer on each type that Osmia has a value for, instead of on the first. */
  isEveryType: boolean;
  /** Part of a name. */
  only: string;
  /** The longest one run may take. */
  seconds: number;
}

export interface ConformanceRow {
  flavor: string;
  dataType: string;
  result: 'done' | 'failed' | 'refused' | 'waiting' | 'timeout' | 'not run';
  ms: number | null;
  reason: string;
}

export interface Conformance {
  rows: ConformanceRow[];
  sandbox: string;
  defects: { file: string; message: string }[];
}

type Api = Client<OsmiaContract>;

/** Analyzers at a time; a wave ends when its last one does. */
const WAVE = 4;

/**
 * Runs every analyzer of a folder that can run, through gate, queue and sandbox, in a sealed workspace that ends with
 * this call. Those that cannot run are rows too. Rejects only where Osmia itself fails.
 */
export async function runConformance(
  options: ConformanceOptions,
  change: (core: CoreOptions) => CoreOptions = (core) => core,
): Promise<Conformance> {
  const silent = (): void => undefined;
  const logger = { info: silent, warn: silent, error: silent };
  const temporary = await openTemporaryWorkspace((at) =>
    change(nodeCoreOptions({ ...at, osmiaVersion: 'conformance', logger, useKeychain: false })),
  );
  const [ours, theirs] = createInProcessPair();
  const served = serve(contract, temporary.core.handlers, theirs, {
    context: { client: 'local', actor: 'conformance', resolveGrant: () => undefined },
    app: 'conformance',
    onBug: (error, name) =>
      logBug({ ...logger, error: (message) => process.stderr.write(`${message}\n`) }, error, name),
  });
  const connection = connect(contract, ours);
  try {
    return await runAll(connection.api, options);
  } finally {
    connection.close();
    await served;
    await temporary.close();
  }
}

async function runAll(api: Api, options: ConformanceOptions): Promise<Conformance> {
  const source = await api['analyzers.addSource']({ path: resolve(options.folder) });
  const [engagement] = await api['engagements.list']({});
  if (engagement === undefined) throw new Error('a workspace without an engagement');
  // Whether there is a link is not the question here: without --network there is none.
  await api['engagements.update']({ id: engagement.id, patch: { isOffline: false } });
  const wanted = (await api['analyzers.list']({})).filter(
    (flavor) => flavor.source === source.name && flavor.name.toLowerCase().includes(options.only.toLowerCase()),
  );
  const lines = new Map(
    (await api['analyzers.doctor']({ flavorIds: wanted.map(({ id }) => id) })).map((line) => [line.flavorId, line]),
  );
  const rows: ConformanceRow[] = [];
  const runs: { flavor: Flavor; dataType: string }[] = [];
  for (const flavor of wanted) {
    const stays = whyNot(flavor, lines.get(flavor.id));
    const types = flavor.dataTypes.filter((type) => isDataType(type));
    if (stays !== undefined)
      rows.push({ flavor: flavor.name, dataType: types[0] ?? '', result: 'not run', ms: null, reason: stays });
    else for (const dataType of options.isEveryType ? types : types.slice(0, 1)) runs.push({ flavor, dataType });
  }
  for (let at = 0; at < runs.length; at += WAVE) {
    rows.push(...(await Promise.all(runs.slice(at, at + WAVE).map((run) => runOne(api, engagement.id, run, options)))));
  }
  const defects = (await api['analyzers.defects']({})).filter((defect) => defect.source === source.name);
  const sandbox = (await api['system.doctor']({})).checks.find(({ name }) => name === 'sandbox')?.message ?? '';
  rows.sort((a, b) => a.flavor.localeCompare(b.flavor) || a.dataType.localeCompare(b.dataType));
  return { rows, sandbox, defects };
}

function whyNot(flavor: Flavor, line: DoctorLine | undefined): string | undefined {
  if (line === undefined || line.state === 'cannot') return line?.line ?? 'the doctor does not know it';
  return flavor.dataTypes.some((type) => isDataType(type)) ? undefined : 'it takes no type that Osmia has a value for';
}

async function runOne(
  api: Api,
  engagementId: string,
  { flavor, dataType }: { flavor: Flavor; dataType: string },
  { seconds }: ConformanceOptions,
): Promise<ConformanceRow> {
  const row = (result: ConformanceRow['result'], ms: number | null, reason: string): ConformanceRow => ({
    flavor: flavor.name,
    dataType,
    result,
    ms,
    reason,
  });
  if (!isDataType(dataType)) return row('not run', null, 'unknown type');
  try {
    const { sheet } = await api['analyzers.planTest']({ flavorId: flavor.id, dataType, engagementId });
    const planned = [...sheet.local, ...sheet.destinations.flatMap(({ rows }) => rows), ...sheet.refused][0];
    if (planned === undefined) return row('not run', null, 'the sheet has no row for it');
    const [started] = await api['jobs.start']({ sheetId: sheet.id, rows: [planned.row] });
    if (started === undefined) return row('refused', null, planned.reason?.message ?? '');
    let isLate = false;
    const alarm = setTimeout(() => {
      isLate = true;
      void api['jobs.cancel']({ ids: [started.id] });
    }, seconds * 1_000);
    const [job] = await api['jobs.wait']({ ids: [started.id] });
    clearTimeout(alarm);
    if (job === undefined) return row('failed', null, 'its job is gone');
    if (isLate) return row('timeout', seconds * 1_000, `it was still running after ${seconds} s`);
    return row(resultOf(job), took(job), job.status === 'done' ? wordsOf(job) : (job.reason?.message ?? ''));
  } catch (error) {
    return row('failed', null, error instanceof AppError ? error.message : String(error));
  }
}

const resultOf = ({ status }: Job): ConformanceRow['result'] =>
  status === 'done' || status === 'refused' || status === 'waiting' ? status : 'failed';

const took = ({ startedAt, endedAt }: Job): number | null =>
  startedAt === null || endedAt === null ? null : endedAt - startedAt;

const wordsOf = ({ taxonomies }: Job): string =>
  taxonomies
    .map(({ level, namespace, predicate, value }) => `${namespace}:${predicate}=${String(value)} (${level})`)
    .join(', ');

/** Prints the table and the sums; the exit code is 0 when Osmia did its part for every row. */
export async function printConformance(options: ConformanceOptions & { isJson: boolean }): Promise<number> {
  let made: Conformance;
  try {
    made = await runConformance(options);
  } catch (error) {
    // A bug keeps its stack; a folder that is not there needs none.
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${printable(options.folder)}: ${error.message}\n`);
    return 2;
  }
  if (options.isJson) {
    process.stdout.write(`${JSON.stringify(made)}\n`);
    return 0;
  }
  const head = ['flavor', 'type', 'result', 'ms', 'reason'];
  const cells = made.rows.map(({ flavor, dataType, result, ms, reason }) => [
    printable(flavor, 60),
    dataType,
    result,
    ms === null ? '' : String(ms),
    printable(reason.replaceAll(/\s+/g, ' '), 110),
  ]);
  for (const line of table([head, ...cells])) process.stdout.write(`${line}\n`);
  const sums = Map.groupBy(made.rows, ({ result }) => result);
  const words = [...sums].map(([result, rows]) => `${rows.length} ${result}`).join(', ');
  process.stdout.write(
    `\n${made.rows.length} rows: ${words}. ${made.defects.length} defects in descriptors. ` +
      `Network: ${options.hasNetwork ? 'as this machine has it' : 'none'}. Sandbox: ${made.sandbox}.\n`,
  );
  return 0;
}
