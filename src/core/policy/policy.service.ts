import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import type { policyContract, PolicyRule, PolicyRuleBody } from '../../shared/contract/policy.ts';
import { AppError } from '../../shared/errors.ts';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import { normalisePattern } from './never-leave.ts';
import type { PolicyRepo } from './policy.repo.ts';

/** More rules than this are a feed, and a feed is no policy. */
const MAX_RULES = 10_000;

type AddInput = z.output<(typeof policyContract)['policy.add']['input']>;

export interface PolicyService {
  list(engagementId: string | undefined): PolicyRule[];
  add(actor: string, input: AddInput): PolicyRule;
  update(actor: string, id: string, rule: PolicyRuleBody, note: string): PolicyRule;
  remove(actor: string, id: string): void;
  restore(actor: string, id: string): PolicyRule;
}

/** A workspace that never had a rule gets one: what is inside a network stays there. */
export function createPolicyService(deps: {
  repo: PolicyRepo;
  store: SyncedStore;
  engagements: EngagementsService;
  events: EventBus;
  clock: Clock;
}): PolicyService {
  const { repo, store, engagements, events, clock } = deps;

  const get = (id: string): PolicyRule => {
    const rule = repo.find(id);
    if (rule === undefined) throw new AppError('not_found', 'That rule is not in this workspace.');
    return rule;
  };

  const refuseTwin = (engagementId: string | null, columns: Columns, id: string | undefined): void => {
    const twin = repo.same(engagementId, columns.kind, columns.target, columns.variant);
    if (twin !== undefined && twin !== id) throw new AppError('conflict', 'There is such a rule already.');
  };

  const add: PolicyService['add'] = (actor, { engagementId, rule, note }) => {
    if (engagementId !== null) engagements.get(engagementId);
    if (repo.count() >= MAX_RULES) throw new AppError('too_large', `A workspace holds ${MAX_RULES} rules.`);
    const columns = columnsOf(rule);
    refuseTwin(engagementId, columns, undefined);
    const id = uuidv7();
    const now = clock.now();
    store.insert(
      'policyRule',
      { id, engagementId, ...columns, note, createdAt: now, updatedAt: now, deletedAt: null },
      { actor, engagementId },
    );
    events.publish('policy', id);
    return get(id);
  };

  if (repo.isUntouched()) {
    add('osmia', {
      engagementId: null,
      rule: { kind: 'never', match: 'internal', pattern: '' },
      note: 'Names and addresses inside a network say more about the client than about the attacker.',
    });
  }

  return {
    list: (engagementId) =>
      engagementId === undefined
        ? repo.all()
        : repo.all().filter((rule) => rule.engagementId === null || rule.engagementId === engagementId),
    add,
    update(actor, id, rule, note) {
      const { engagementId } = get(id);
      const columns = columnsOf(rule);
      refuseTwin(engagementId, columns, id);
      if (store.update('policyRule', id, { ...columns, note }, { actor, engagementId })) events.publish('policy', id);
      return get(id);
    },
    remove(actor, id) {
      const { engagementId } = get(id);
      if (store.update('policyRule', id, { deletedAt: clock.now() }, { actor, engagementId }))
        events.publish('policy', id);
    },
    restore(actor, id) {
      const { engagementId, rule } = get(id);
      refuseTwin(engagementId, columnsOf(rule), id);
      if (store.update('policyRule', id, { deletedAt: null }, { actor, engagementId })) events.publish('policy', id);
      return get(id);
    },
  };
}

interface Columns {
  kind: PolicyRuleBody['kind'];
  target: string;
  variant: string;
  maxTlp: Extract<PolicyRuleBody, { kind: 'ceiling' }>['maxTlp'];
  maxPap: Extract<PolicyRuleBody, { kind: 'ceiling' }>['maxPap'];
}

function columnsOf(rule: PolicyRuleBody): Columns {
  switch (rule.kind) {
    case 'ceiling':
      if (rule.maxTlp === null && rule.maxPap === null) {
        throw new AppError('invalid_input', 'Choose a TLP or a PAP; a ceiling without either limits nothing.');
      }
      return { kind: 'ceiling', target: rule.flavorId ?? '', variant: '', maxTlp: rule.maxTlp, maxPap: rule.maxPap };
    case 'service':
      return { kind: 'service', target: hostName(rule.host), variant: rule.effect, maxTlp: null, maxPap: null };
    case 'never':
      return {
        kind: 'never',
        target: normalisePattern(rule.match, rule.pattern),
        variant: rule.match,
        maxTlp: null,
        maxPap: null,
      };
  }
}

/** As the hosts of data cards are written: a scheme, a port and a path of a pasted address are dropped. */
function hostName(text: string): string {
  const folded = text.toLowerCase();
  // "Name: not declared" is what a service without a host is called.
  if (folded.includes(' ')) return folded;
  const bare = folded
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[/?#].*$/, '')
    .replace(/:\d+$/, '');
  return bare.replace(/^\*?\./, '').replace(/\.$/, '');
}
