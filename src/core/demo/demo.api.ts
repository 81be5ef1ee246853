import type { demoContract } from '../../shared/contract/demo.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { DemoService } from './demo.service.ts';

export const createDemoApi = (demo: DemoService): Handlers<typeof demoContract, CallContext> => ({
  'demo.open': ({ actor }, { engagementId }, signal) => demo.open(actor, engagementId, signal),
});
