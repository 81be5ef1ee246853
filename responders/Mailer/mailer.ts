#!/usr/bin/env node
import { type Job, type Json, readJob, writeReport } from './job.ts';
import { composeMessage, type Message } from './message.ts';
import { MaybeSent, send, wayOf } from './send.ts';

/** Runs one job by Cortex's protocol: `mailer.ts <job folder>`. Exit 1 and a failure report where no mail went out. */
export async function run(folder: string, env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  try {
    const job = readJob(folder);
    const message = composeMessage(job);
    const way = wayOf(job, env);
    const facts = factsOf(job, message, way);
    if (job.parameters['dryRun'] === true) {
      writeReport(folder, {
        success: true,
        full: { message: `Would send a mail ${facts.target}.`, ...facts },
        operations: [],
      });
      return true;
    }
    const { response, accepted, rejected } = await send(way, message, job.attachments, folder);
    const words = rejected.length === 0 ? '' : ` The server refused ${rejected.join(', ')}.`;
    const full = { message: `Mail sent ${facts.target}.${words}`, ...facts, server: response, accepted, rejected };
    writeReport(folder, { success: true, full, operations: operationsFor(job) });
    return true;
  } catch (error) {
    writeReport(folder, {
      success: false,
      errorMessage: error instanceof Error ? error.message : String(error),
      mayHaveActed: error instanceof MaybeSent,
    });
    return false;
  }
}

const factsOf = ({ attachments }: Job, message: Message, way: ReturnType<typeof wayOf>) => ({
  target: `to ${message.to.join(', ')} over ${way.host}:${way.port}`,
  mail: { ...message, attachments: attachments.map(({ filename, size }) => ({ name: filename, bytes: size })) },
  encryption: way.security,
});

/** The mark that Cortex's own mailer leaves, on what it was triggered on. */
function operationsFor({ data }: Job): Json[] {
  switch (data['_type']) {
    case 'alert':
      return [{ type: 'AddTagToAlert', tag: 'mail sent' }];
    case 'case_artifact':
      return [{ type: 'AddTagToArtifact', tag: 'mail sent' }];
    default:
      return [{ type: 'AddTagToCase', tag: 'mail sent' }];
  }
}

if (process.argv[1] === import.meta.filename) {
  const folder = process.argv[2];
  if (folder === undefined) {
    process.stderr.write('usage: mailer.ts <job folder>\n');
    process.exitCode = 2;
  } else process.exitCode = (await run(folder, process.env)) ? 0 : 1;
}
