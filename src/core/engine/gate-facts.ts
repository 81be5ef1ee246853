import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { EffectiveConfig } from '../analyzers/effective-config.ts';
import type { GateFacts, Override } from '../jobs/gate.ts';
import type { PolicyFacts } from '../policy/policy.ts';
import type { SandboxLevel } from '../../shared/contract/entities.ts';

/** Puts together what the gate decides on. */
export function gateFacts(
  flavor: KnownFlavor,
  config: EffectiveConfig,
  subject: GateFacts['subject'],
  circumstances: {
    isOffline: boolean;
    isForcedOffline: boolean;
    sandbox: SandboxLevel;
    policy: PolicyFacts;
    override: Override | null;
  },
): GateFacts {
  return {
    flavor: {
      id: flavor.id,
      name: flavor.name,
      dataTypes: flavor.dataTypes,
      mediaTypes: flavor.mediaTypes,
      isLocal: flavor.isLocal,
      isOurs: flavor.isOurs,
    },
    ceilings: config.ceilings,
    subject,
    isOffline: circumstances.isOffline,
    isForcedOffline: circumstances.isForcedOffline,
    missingSettings: config.missing,
    cannotRun: flavor.cannotRun,
    sandbox: circumstances.sandbox,
    policy: circumstances.policy,
    override: circumstances.override,
  };
}
