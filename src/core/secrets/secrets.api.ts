import type { SecretPlace, SecretUse, secretsContract } from '../../shared/contract/secrets.ts';
import { AppError } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { EventBus } from '../events/bus.ts';
import type { CallContext } from '../ports.ts';
import type { SecretVault } from './secret-vault.ts';

/** What the settings know of a secret. */
interface Uses {
  usesOf(secretId: string): SecretUse[];
  forgetSecret(secretId: string): Promise<void>;
  /** After a value changed: what runs get is another. */
  touch(): void;
}

/** "key of VirusTotal": how a person knows it. */
export function secretLabel([use]: readonly SecretUse[]): string {
  if (use === undefined) return 'a secret';
  const whose = use.scope === 'global' ? 'every analyzer' : use.target.slice(use.target.indexOf('/') + 1);
  return `${use.setting} of ${whose}`;
}

export function createSecretsApi(deps: {
  vault: SecretVault;
  uses: Uses;
  prefer(place: SecretPlace): void;
  events: EventBus;
}): Handlers<typeof secretsContract, CallContext> {
  const { vault, uses, events } = deps;

  const changed = <T>(id: string, facts: T): T => {
    uses.touch();
    events.publish('analyzers', id);
    return facts;
  };

  return {
    async 'secrets.list'() {
      return {
        places: await vault.places(),
        preferred: await vault.preferred(),
        secrets: vault.ids().map((id) => ({ ...vault.facts(id), usedBy: uses.usesOf(id) })),
      };
    },
    async 'secrets.replace'(_ctx, { id, value }) {
      // One of a setting that takes a list is typed one a line.
      const isList = Array.isArray(vault.value(id));
      const next = isList ? value.split(/\r?\n/).filter((line) => line !== '') : value;
      return changed(id, await vault.replace(id, next));
    },
    'secrets.check': async (_ctx, { id }) => changed(id, await vault.check(id)),
    async 'secrets.delete'(_ctx, { id }) {
      await uses.forgetSecret(id);
      return {};
    },
    'secrets.move': async (_ctx, { id, place }) => changed(id, await vault.move(id, place)),
    async 'secrets.prefer'(_ctx, { place }) {
      const found = (await vault.places()).find((one) => one.place === place);
      if (found?.isUsable !== true)
        throw new AppError('secret.no_place', found?.reason ?? 'That place cannot be used here.');
      deps.prefer(place);
      events.publish('analyzers', 'secrets');
      return { preferred: await vault.preferred() };
    },
    async 'secrets.retry'() {
      await vault.load();
      return changed('secrets', { unreadable: vault.ids().filter((id) => !vault.facts(id).isReadable).length });
    },
    'secrets.scan': (_ctx, { text }) => ({
      found: vault.findIn(text).map((id) => ({ id, label: secretLabel(uses.usesOf(id)) })),
    }),
  };
}
