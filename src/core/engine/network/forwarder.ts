/**
 * Runs inside a namespace that has no network: listens on its loopback interface, carries every connection to the Unix
 * socket of the filtering proxy outside, and starts the program, whose end is its own. It decides nothing.
 *
 * node --input-type=module --eval <this text> -- SOCKET PORT PROGRAM ARGS…
 *
 * Given as text, so that inside there is no file of ours and no time is spent on types: there are none to take out here.
 */
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { constants } from 'node:os';

const [socketPath = '', port = '', program = '', ...args] = process.argv.slice(1);

const server = createServer({ allowHalfOpen: true }, (client) => {
  const proxy = connect({ path: socketPath, allowHalfOpen: true });
  client.on('error', () => proxy.destroy());
  proxy.on('error', () => client.destroy());
  client.pipe(proxy);
  proxy.pipe(client);
});
server.on('error', (error) => {
  process.stderr.write(`the way to the proxy could not be opened: ${error.message}\n`);
  process.exit(125);
});
server.listen(Number(port), '127.0.0.1', () => {
  const child = spawn(program, args, { stdio: 'inherit' });
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(127);
  });
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]));
});
