import { arch, platform, release } from 'node:os';
import type { Command } from 'commander';
import { createKeychainSecretStore } from '../../core/adapters/keychain-secret-store.ts';
import type { Action, Register } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { withSession } from '../session.ts';
import { printable, table, type Style } from '../terminal.ts';

export function registerDoctor(program: Command, register: Register): void {
  register(
    program.command('doctor').description('health, fit to paste into an issue: no path, no value, no secret'),
    doctor,
  );
}

const STYLE: Readonly<Record<'ok' | 'warning' | 'problem', Style>> = { ok: 'green', warning: 'yellow', problem: 'red' };

const doctor: Action<[]> = (context) =>
  withSession(context, 'temporary', async ({ api }) => {
    const { osmia, checks: known } = await api['system.doctor']({}, { signal: context.signal });
    // A temporary workspace has no use for the keychain; whoever asks for health wants to know all the same.
    const keychain = await createKeychainSecretStore().probe();
    const checks = [
      ...known.filter((c) => c.name !== 'keychain'),
      {
        name: 'keychain',
        status: keychain.isUsable ? ('ok' as const) : ('warning' as const),
        message: keychain.isUsable ? keychain.backend : keychain.reason,
      },
    ];
    const { terminal } = context;
    const system = `${platform()} ${release()} ${arch()}`;
    if (terminal.isJson) terminal.json({ osmia, node: process.versions.node, platform: system, checks });
    else {
      terminal.line(`Osmia ${osmia}, Node ${process.versions.node}, ${system}`);
      const rows = checks.map((c) => [
        terminal.style(STYLE[c.status], c.status),
        printable(c.name),
        printable(c.message, 400),
      ]);
      for (const line of table(rows)) terminal.line(line);
    }
    return checks.some((c) => c.status === 'problem') ? EXIT.failed : EXIT.done;
  });
