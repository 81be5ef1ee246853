import type { intakeContract } from '../../shared/contract/intake.ts';
import { AppError } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { IntakeService } from './intake.service.ts';

export const createIntakeApi = (service: IntakeService): Handlers<typeof intakeContract, CallContext> => ({
  'intake.begin': (_ctx, input) => service.begin(input),
  'intake.append': async (_ctx, { id, base64 }) => {
    await service.append(id, Buffer.from(base64, 'base64'));
    return {};
  },
  'intake.finish': (_ctx, { id }) => service.finish(id),
  'intake.fromGrant': (ctx, { engagementId, token }) => service.fromPath(grantedPath(ctx, token), engagementId),
  'intake.fromPath': (ctx, { engagementId, path, derive }) =>
    service.fromPath(localPath(ctx, path), engagementId, derive),
  'intake.list': (_ctx, { engagementId }) => service.list(engagementId),
  'intake.get': (_ctx, { id }) => service.get(id),
  'intake.wait': (_ctx, { id }, signal) => service.wait(id, signal),
  'intake.candidates': (_ctx, { id, after, limit }) => service.candidates(id, after, limit),
  'intake.decide': (_ctx, input) => service.decide(input),
  'intake.accept': (ctx, input) => service.accept(ctx.actor, input),
  'intake.discard': async (_ctx, { id }) => {
    await service.discard(id);
    return {};
  },
  'intake.partText': (_ctx, input, signal) => service.partText(input, signal),
  'intake.bytes': (_ctx, { id, offset, length }) => service.bytes(id, offset, length),
  'intake.classify': (_ctx, { text, dataType }, signal) => service.classify(text, dataType, signal),
});

function grantedPath(ctx: CallContext, token: string): string {
  const path = ctx.resolveGrant(token);
  if (path === undefined) {
    throw new AppError(
      'forbidden',
      'That file was not chosen in this window, or was taken in already. Choose it again.',
    );
  }
  return path;
}

function localPath(ctx: CallContext, path: string): string {
  if (ctx.client !== 'local') {
    throw new AppError('forbidden', 'A window may not name files. Drop the file, or choose it.');
  }
  return path;
}
