/**
 * The broker: a small process that starts every other one. A spawn from a large process is slow, and when the core dies
 * this process notices (its pipe closes) and takes everything it started with it.
 */
import { Socket } from 'node:net';
import { FROM_BROKER, MAX_FRAME, type StartSpec, TO_BROKER } from './protocol.ts';
import { wipeJobFolder } from './job-folder.ts';
import { createFrameReader, decodeJson, encodeFrame, encodeJson } from './wire.ts';
import { sweepOrphans } from './process-tree.ts';
import { type Run, startRun } from './run.ts';

const core = new Socket({ fd: 3, readable: true, writable: true });
const runs = new Map<number, Run>();
let isClosing = false;

function send(frame: Buffer): void {
  if (isClosing) return;
  // A core that is slow to read slows the workers down instead of filling this process.
  if (core.write(frame)) return;
  for (const run of runs.values()) run.pause();
  core.once('drain', () => {
    for (const run of runs.values()) run.resume();
  });
}

function close(): void {
  if (isClosing) return;
  isClosing = true;
  core.destroy();
  const all = [...runs.values()];
  for (const run of all) run.kill('killed');
  void Promise.allSettled(all.map((run) => run.dead)).then(() => {
    for (const run of all) if (run.folder !== undefined) wipeJobFolder(run.folder);
    process.exit(0);
  });
}

const onChunk = createFrameReader(MAX_FRAME, (frame) => {
  const { id } = frame;
  if (frame.kind === TO_BROKER.start) {
    const run = startRun(decodeJson(frame.payload) as StartSpec, {
      stdout: (bytes) => send(encodeFrame(FROM_BROKER.stdout, id, bytes)),
      stderr: (bytes) => send(encodeFrame(FROM_BROKER.stderr, id, bytes)),
      ended(payload) {
        runs.delete(id);
        send(encodeFrame(FROM_BROKER.ended, id, payload));
      },
    });
    if (run !== undefined) runs.set(id, run);
  } else if (frame.kind === TO_BROKER.stdin) runs.get(id)?.write(frame.payload);
  else if (frame.kind === TO_BROKER.endStdin) runs.get(id)?.endStdin();
  else if (frame.kind === TO_BROKER.kill) runs.get(id)?.kill('killed');
  else if (frame.kind === TO_BROKER.wipe) {
    const isGone = wipeJobFolder(frame.payload.toString('utf8'));
    send(encodeJson(FROM_BROKER.wiped, id, { isGone }));
  }
});

core.on('data', (chunk: Buffer) => {
  try {
    onChunk(chunk);
  } catch {
    close();
  }
});
core.on('end', close);
core.on('close', close);
core.on('error', close);
// The terminal's Ctrl+C reaches the whole foreground group; the core decides what to do about it, not the broker.
for (const name of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(name, () => undefined);
sweepOrphans();
send(encodeJson(FROM_BROKER.ready, 0, { pid: process.pid }));
