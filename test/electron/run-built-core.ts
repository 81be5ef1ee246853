// Runs the bundled core entry (out/main/core-entry.js) on plain Node, with what Electron's utility process would give
// it: a parentPort and message ports. Drops a file by grant and prints what came of it as one line of JSON.
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { ToCore } from '../../src/main/control-messages.ts';
import { contract } from '../../src/shared/contract/contract.ts';
import { connect } from '../../src/shared/rpc/connect.ts';
import { portFromMessageChannel } from '../../src/shared/rpc/message-port.ts';

const [root, workspaceDir, file] = process.argv.slice(2) as [string, string, string];

const said: { type: string; message?: string }[] = [];
const parent = Object.assign(new EventEmitter(), {
  postMessage(message: { type: string }) {
    said.push(message);
    parent.emit(`said:${message.type}`);
  },
});
Object.assign(process, { parentPort: parent });
await import(join(root, 'out', 'main', 'core-entry.js'));

const toCore = (data: ToCore, ports: unknown[] = []): void => void parent.emit('message', { data, ports });
const heard = (type: string): Promise<void> => new Promise((resolve) => parent.once(`said:${type}`, () => resolve()));

/** Node's port with the face of Electron's MessagePortMain. */
const asElectronPort = (port: MessagePort): object => ({
  postMessage: (message: unknown) => port.postMessage(message),
  on: (event: string, listener: (event: unknown) => void) =>
    event === 'message' ? port.on('message', (data) => listener({ data })) : port.on(event, listener),
  start: () => port.start(),
  close: () => port.close(),
});

const ready = Promise.race([heard('ready'), heard('fatal')]);
toCore({ type: 'start', workspaceDir, version: '0.0.0-test', nodePath: process.execPath, bundledRoot: root });
await ready;

const { port1, port2 } = new MessageChannel();
toCore({ type: 'window' }, [asElectronPort(port1)]);
const { api, hello } = connect(
  contract,
  portFromMessageChannel({
    post: (message) => port2.postMessage(message),
    onMessage: (listener) => void port2.on('message', listener),
    onClose: (listener) => void port2.on('close', listener),
    close: () => port2.close(),
  }),
);
const { app } = await hello;
await api['workspace.create']({ passphrase: 'correct horse' });

const forbidden = await api['intake.fromPath']({ path: file }).then(
  () => 'allowed',
  (error: { code: string }) => error.code,
);
toCore({ type: 'grant', token: 'granted', path: file });
const intake = await api['intake.fromGrant']({ token: 'granted' });
const again = await api['intake.fromGrant']({ token: 'granted' }).then(
  () => 'allowed',
  () => 'refused',
);
const { state, sha256 } = await api['intake.wait']({ id: intake.id });
const sheet = await api['jobs.plan']({ subjects: [{ intakeId: intake.id }] });
const jobs = await api['jobs.start']({ sheetId: sheet.id, rows: sheet.localIndex.rows });
const ended = await api['jobs.wait']({ ids: jobs.map((job) => job.id) });

const closed = heard('closed');
toCore({ type: 'close' });
await closed;
process.stdout.write(
  `${JSON.stringify({ app, said: said.map((one) => one.type), forbidden, again, state, sha256, jobs: ended.map((job) => job.status) })}\n`,
);
process.exit(0);
