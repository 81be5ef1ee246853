import type { attackContract } from '../../shared/contract/attack.ts';
import { AppError } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { AttackImport } from './attack-import.ts';
import type { AttackRepo } from './attack.repo.ts';
import type { BundleUploads } from './bundle-uploads.ts';
import type { TechniquesService } from './techniques.service.ts';

export function createAttackApi(deps: {
  repo: AttackRepo;
  bundles: AttackImport;
  uploads: BundleUploads;
  techniques: TechniquesService;
}): Handlers<typeof attackContract, CallContext> {
  const { repo, bundles, uploads, techniques } = deps;
  return {
    'attack.pack': () => repo.pack() ?? null,
    'attack.tactics': () => repo.tactics(),
    'attack.search': (_ctx, { text, tactic }) => repo.search(text, tactic),
    'attack.technique': (_ctx, { technique }) => repo.technique(technique) ?? null,
    'attack.import': (ctx, input, signal) => bundles.fromPath(chosenPath(ctx, input), signal),
    'attack.importBegin': (_ctx, { name, size }) => ({ upload: uploads.begin(name, size) }),
    'attack.importAppend': (_ctx, { upload, base64 }) => {
      uploads.append(upload, Buffer.from(base64, 'base64'));
      return {};
    },
    'attack.importFinish': (_ctx, { upload }, signal) => {
      const { name, reader } = uploads.finish(upload);
      return bundles.fromReader(name, reader, signal);
    },
    'techniques.list': (_ctx, { caseId }) => techniques.list(caseId),
    'techniques.add': ({ actor }, { caseId, ...facts }) => techniques.add(actor, caseId, facts),
    'techniques.update': ({ actor }, { id, patch }) => techniques.update(actor, id, patch),
    'techniques.remove': ({ actor }, { id }) => {
      techniques.remove(actor, id);
      return {};
    },
    'techniques.restore': ({ actor }, { id }) => techniques.restore(actor, id),
    'techniques.cases': (_ctx, input) => techniques.cases(input),
  };
}

/** A window may only use what the user chose in the host's own dialog. */
function chosenPath(ctx: CallContext, input: { path: string } | { token: string }): string {
  if ('token' in input) {
    const path = ctx.resolveGrant(input.token);
    if (path === undefined) throw new AppError('forbidden', 'The choice of that file has expired. Choose it again.');
    return path;
  }
  if (ctx.client !== 'local') throw new AppError('forbidden', 'Choose the file with the dialog.');
  return input.path;
}
