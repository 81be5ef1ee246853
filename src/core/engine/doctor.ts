import type { Catalogue } from '../analyzers/analyzers.service.ts';
import type { Interpreters } from '../analyzers/interpreter.ts';
import type { SandboxReport } from './sandbox/sandbox.ts';
import type { WorkerPool } from './worker/pool.ts';

/** One line of `osmia doctor`. No path of the user, no value, no secret: it is pasted into issues. */
export interface Check {
  name: string;
  status: 'ok' | 'warning' | 'problem';
  message: string;
}

export function engineChecks(deps: {
  sandbox: SandboxReport;
  interpreters: Interpreters;
  catalogue: Catalogue;
  pool: WorkerPool;
}): Check[] {
  const { sandbox, interpreters, catalogue, pool } = deps;
  const checks: Check[] = [
    {
      name: 'sandbox',
      status: sandbox.level === 'isolated' ? 'ok' : 'warning',
      message: [
        sandbox.level === 'isolated' ? 'isolated (bubblewrap works)' : `${sandbox.level}: ${sandbox.reason}`,
        ...(sandbox.layers.length === 0 ? [] : [`layers: ${sandbox.layers.join('; ')}`]),
      ].join('; '),
    },
    sandbox.hasLimits
      ? { name: 'limits', status: 'ok', message: 'memory, CPU time, processes and file size are limited' }
      : { name: 'limits', status: 'warning', message: 'prlimit is missing: memory and CPU time are not limited' },
  ];
  const worker = pool.state();
  checks.push({
    name: 'analysis worker',
    status: worker === 'failed' ? 'problem' : 'ok',
    message: worker === 'failed' ? `it does not start: ${pool.lastFailure()}` : worker,
  });
  for (const { name, interpreter } of interpreters.known()) {
    checks.push(
      'code' in interpreter
        ? {
            name: `interpreter ${shortName(name)}`,
            status: 'warning',
            message: interpreter.message.replaceAll(name, shortName(name)),
          }
        : { name: `interpreter ${shortName(name)}`, status: 'ok', message: interpreter.version || 'found' },
    );
  }
  const analyzers = catalogue.list();
  const responders = catalogue.responders();
  const stuck = [...analyzers, ...responders].filter((flavor) => flavor.cannotRun !== null).length;
  checks.push({
    name: 'analyzers',
    status: stuck === 0 ? 'ok' : 'warning',
    message: `${analyzers.length}, and ${responders.length} responders, in ${catalogue.sources().length} sources; ${stuck} cannot start (osmia analyzers doctor says why); ${catalogue.defects().length} defects in descriptors`,
  });
  return checks;
}

const shortName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
