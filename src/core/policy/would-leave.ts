import type { z } from 'zod';
import type { policyContract } from '../../shared/contract/policy.ts';
import type { Engagement } from '../../shared/contract/entities.ts';
import { destinationOf } from '../analyzers/destination.ts';
import type { Engine } from '../engine/engine.ts';
import { gateFacts } from '../engine/gate-facts.ts';
import { decide, type GateDecision } from '../jobs/gate.ts';
import type { PolicyRepo } from './policy.repo.ts';

type Test = (typeof policyContract)['policy.test'];

/** "Would this leave?": the gate's answers for every analyzer that sends and takes the type, put together by destination. */
export function createWouldLeave(deps: {
  engine: Pick<Engine, 'catalogue' | 'policy' | 'sandbox'>;
  repo: Pick<PolicyRepo, 'find'>;
  engagement(id: string): Engagement;
}): (input: z.output<Test['input']>) => z.input<Test['output']> {
  const { catalogue, policy, sandbox } = deps.engine;
  return ({ engagementId, dataType, value, tlp, pap }) => {
    const engagement = deps.engagement(engagementId);
    const rules = policy.now();
    const subject = { engagementId, dataType, value, blobId: null };
    const marking = { tlp: tlp ?? engagement.tlp, pap: pap ?? engagement.pap };
    const answers = new Map<string, { decisions: GateDecision[]; flavors: string[] }>();
    let never: GateDecision['facts']['policy']['never'] = null;
    for (const flavor of catalogue.list()) {
      if (flavor.isLocal || !flavor.dataTypes.includes(dataType)) continue;
      const decision = decide(
        gateFacts(
          flavor,
          catalogue.configOf(flavor, engagementId),
          { dataType, hasFile: false, ...marking },
          {
            isOffline: engagement.isOffline,
            isForcedOffline: false,
            sandbox: sandbox().level,
            policy: rules.factsOf(flavor, subject),
            override: null,
          },
        ),
      );
      never ??= decision.facts.policy.never;
      const name = destinationOf(flavor);
      const known = answers.get(name) ?? { decisions: [], flavors: [] };
      known.decisions.push(decision);
      known.flavors.push(`${flavor.name} ${flavor.version}`);
      answers.set(name, known);
    }
    // Without an analyzer that takes it the rule still holds, and the tester says so.
    never ??= rules.neverOf(subject);
    return {
      never: never && { ruleId: never.ruleId, words: never.words, note: deps.repo.find(never.ruleId)?.note ?? '' },
      destinations: [...answers].map(([name, { decisions, flavors }]) => {
        const best = most(decisions);
        return {
          name,
          verdict: best?.verdict ?? 'refuse',
          message: best === undefined || best.verdict === 'allow' ? '' : best.message,
          flavors,
        };
      }),
    };
  };
}

const ORDER = ['refuse', 'wait', 'allow'] as const;

/** The answer that lets most through: one analyzer that may send is enough for the value to leave. */
const most = (decisions: readonly GateDecision[]): GateDecision | undefined =>
  decisions.toSorted((a, b) => ORDER.indexOf(b.verdict) - ORDER.indexOf(a.verdict))[0];
