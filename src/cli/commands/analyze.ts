import type { Command } from 'commander';
import { type DataType, isDataType, toDataType } from '../../shared/model/data-type.ts';
import { Pap, Tlp } from '../../shared/model/marking.ts';
import { AppError } from '../../shared/errors.ts';
import { chooseFlavors } from '../choose-flavors.ts';
import type { CommandContext, Register } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { AnalyzedJob, AnalyzeOutput } from '../output.ts';
import { isProbablyMissingFile, noSuchFile, readFileOrValue } from '../read-input.ts';
import { oneOf, readCaseNumber } from '../read-options.ts';
import { runJobs } from '../run-jobs.ts';
import { type CliSession, openSession } from '../session.ts';
import { showAnalysis } from '../show-analysis.ts';
import { subjectsOfFile, subjectOfValue } from '../subjects.ts';
import { coverageOf, readValueFromStdin } from '../take-in.ts';

interface AnalyzeOptions {
  value?: boolean;
  type?: string;
  analyzers?: string;
  observables?: boolean;
  tlp?: string;
  pap?: string;
  offline?: boolean;
  force?: boolean;
  case?: string;
}

export function registerAnalyze(program: Command, register: Register): void {
  const command = program
    .command('analyze')
    .description('run analyzers on a file or value and print their reports')
    .argument('<file-or-value>', 'an existing path is a file; - is standard input')
    .option('--value', 'take the argument (with -, standard input) as a value, even where a file has that name')
    .option('--type <type>', 'the data type of the value, instead of recognising it')
    .option('--analyzers <ids>', 'only these, separated by commas; default: every local one that can run on the type')
    .option('--observables', 'also on every observable found in the file')
    .option('--tlp <label>', 'clear, green, amber, amber+strict or red')
    .option('--pap <label>', 'clear, green, amber or red')
    .option('--offline', 'nothing that needs a link')
    .option('--force', 'ask again, even where an earlier report would answer')
    .option('--case <number>', 'into this case');
  register(command, analyze);
}

async function analyze(context: CommandContext, argument: string, options: AnalyzeOptions): Promise<ExitCode> {
  const settings = readSettings(options);
  const isTyped = settings.dataType !== undefined && settings.dataType !== 'file';
  const input = readFileOrValue(argument, { isValue: options.value === true, isTyped });
  const isForced = input.kind !== 'file' && (options.value === true || isTyped);
  if (options.observables && (input.kind === 'value' || isForced)) {
    throw new AppError('invalid_input', '--observables needs a file: a value holds no others.');
  }
  // A temporary workspace has no cases: with --case the user means their own.
  const fallback = settings.caseNumber === undefined ? 'temporary' : 'default';
  return analyzeIn(context, await openSession(context, fallback), { argument, input, isForced, options, settings });
}

interface Job {
  argument: string;
  input: ReturnType<typeof readFileOrValue>;
  isForced: boolean;
  options: AnalyzeOptions;
  settings: Settings;
}

async function analyzeIn(context: CommandContext, session: CliSession, job: Job): Promise<ExitCode> {
  const { terminal, signal } = context;
  const { options, settings } = job;
  try {
    const flavorIds = options.analyzers === undefined ? undefined : await chooseFlavors(session, options.analyzers);
    const caseRecord =
      settings.caseNumber === undefined
        ? undefined
        : await session.api['cases.get']({ number: settings.caseNumber }, { signal });
    const marking = { ...(settings.tlp && { tlp: settings.tlp }), ...(settings.pap && { pap: settings.pap }) };
    const where = { session, signal, marking, caseRecord };

    let about: Omit<AnalyzeOutput, 'jobs'> = {};
    let subjects;
    if (job.input.kind === 'value' || job.isForced) {
      const value =
        job.input.kind === 'value'
          ? job.input.value
          : job.input.kind === 'stdin'
            ? await readValueFromStdin()
            : job.argument;
      subjects = [await subjectOfValue(where, value, settings.dataType, refuseMissingFile(job))];
    } else {
      const taken = await subjectsOfFile(where, job.input, { withObservables: options.observables === true });
      const { md5, sha1, sha256, size, mediaType, name } = taken.intake;
      about = { evidence: { md5, sha1, sha256, size, mediaType, name }, coverage: coverageOf(taken.intake) };
      subjects = taken.subjects;
    }
    const jobs = await runJobs(session, {
      subjects,
      marking,
      signal,
      ...(flavorIds && { flavorIds }),
      ...(options.offline && { isOffline: true }),
      ...(options.force && { isForced: true }),
    });
    const output: AnalyzeOutput = { ...about, jobs };
    if (terminal.isJson) terminal.json(output);
    else showAnalysis(terminal, output);
    return exitCodeOfJobs(jobs);
  } finally {
    await session.close(signal);
  }
}

export function exitCodeOfJobs(jobs: readonly Pick<AnalyzedJob, 'status'>[]): ExitCode {
  if (jobs.some((j) => j.status === 'failed' || j.status === 'cancelled')) return EXIT.failed;
  if (jobs.length === 0 || jobs.some((j) => j.status === 'refused' || j.status === 'waiting')) return EXIT.refused;
  return EXIT.done;
}

const refuseMissingFile =
  (job: Job) =>
  (dataType: string | undefined): void => {
    if (job.isForced || job.input.kind === 'stdin') return;
    if (isProbablyMissingFile(job.argument, dataType)) throw noSuchFile(job.argument);
  };

interface Settings {
  dataType?: DataType;
  tlp?: Tlp;
  pap?: Pap;
  caseNumber?: number;
}

function readSettings(options: AnalyzeOptions): Settings {
  const settings: Settings = {};
  if (options.type !== undefined) {
    const dataType = toDataType(options.type);
    if (dataType === undefined || !isDataType(dataType)) {
      throw new AppError('invalid_input', `--type ${options.type} is no data type. “osmia analyze --help” names some.`);
    }
    settings.dataType = dataType;
  }
  if (options.tlp !== undefined) settings.tlp = oneOf('--tlp', options.tlp, Tlp.options);
  if (options.pap !== undefined) settings.pap = oneOf('--pap', options.pap, Pap.options);
  if (options.case !== undefined) settings.caseNumber = readCaseNumber(options.case);
  return settings;
}
