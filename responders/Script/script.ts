#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startOf } from './start.ts';

type Json = Record<string, unknown>;

/** Of what the program prints, in bytes: the end of it, where the result or the error stands. */
const KEPT = 64 * 1024;
const MAX_SECONDS = 600;

const asObject = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const asTexts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : []).filter((each) => typeof each === 'string');

/** Starts the user's program on a job folder, and reports for it where it does not do so itself. */
export async function run(folder: string): Promise<boolean> {
  const reportPath = join(folder, 'output', 'output.json');
  const report = (body: Json): void => writeFileSync(reportPath, JSON.stringify(body));
  try {
    const input = asObject(JSON.parse(readFileSync(join(folder, 'input', 'input.json'), 'utf8')));
    const config = asObject(input['config']);
    const program = typeof config['program'] === 'string' ? config['program'] : '';
    const command = [...startOf(program), ...asTexts(config['arguments']), folder];
    const seconds = Math.min(MAX_SECONDS, Math.max(1, Number(config['timeout_seconds'] ?? 120) || 120));
    const facts = { program, sha256: hashOf(program), command: command.slice(0, -1), seconds };
    if (asObject(input['parameters'])['dryRun'] === true) {
      const target = `with ${program}`;
      report({ success: true, full: { message: `Would run ${program}.`, target, ...facts }, operations: [] });
      return true;
    }
    const ended = await follow(command, join(folder, 'output'), seconds);
    const said = { ...facts, exit: ended.code, signal: ended.signal, printed: ended.stdout, errors: ended.stderr };
    // It speaks the protocol itself: its word is the report.
    if (existsSync(reportPath)) return ended.code === 0;
    if (ended.code === 0) {
      report({
        success: true,
        full: { message: lastLine(ended.stdout) || 'It ran and said nothing.', ...said },
        operations: [],
      });
      return true;
    }
    const how = ended.hasTimedOut
      ? `was ended after ${seconds} s`
      : `ended with ${ended.signal ?? `status ${ended.code}`}`;
    const words = lastLine(ended.stderr) || lastLine(ended.stdout);
    report({
      success: false,
      errorMessage: `${program} ${how}.${words === '' ? '' : ` Its last words: ${words}`}`,
      // Nobody knows how far it had come.
      mayHaveActed: ended.code === null,
    });
    return false;
  } catch (error) {
    report({ success: false, errorMessage: error instanceof Error ? error.message : String(error) });
    return false;
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 500) ?? '';

/** Which version of it ran: the file may change from one run to the next. */
function hashOf(path: string): string {
  return statSync(path).size > 64 * 2 ** 20 ? '' : createHash('sha256').update(readFileSync(path)).digest('hex');
}

interface Ended {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  hasTimedOut: boolean;
}

function follow(command: readonly string[], cwd: string, seconds: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const [file = '', ...args] = command;
    const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr] = [createTail(), createTail()];
    let hasTimedOut = false;
    child.stdout.on('data', stdout.push);
    child.stderr.on('data', stderr.push);
    // The sandbox ends whatever it leaves behind.
    const timer = setTimeout(() => {
      hasTimedOut = true;
      child.kill('SIGKILL');
    }, seconds * 1_000);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`${file} could not be started: ${error.message}`));
    });
    // Not `close`: a child of the child may hold the pipes open for ever.
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      setImmediate(() => resolve({ code, signal, stdout: stdout.text(), stderr: stderr.text(), hasTimedOut }));
    });
  });
}

function createTail(): { push(bytes: Buffer): void; text(): string } {
  let kept = Buffer.alloc(0);
  return {
    push(bytes) {
      kept = Buffer.concat([kept, bytes]).subarray(-KEPT);
    },
    text: () => kept.toString('utf8'),
  };
}

if (process.argv[1] === import.meta.filename) {
  const folder = process.argv[2];
  if (folder === undefined) {
    process.stderr.write('usage: script.ts <job folder>\n');
    process.exitCode = 2;
  } else {
    const isOk = await run(folder);
    // A program that was left running must not keep this one.
    process.exit(isOk ? 0 : 1);
  }
}
