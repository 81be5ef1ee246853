import type { FlavorConfig, GivenValue, NetworkConfig } from '../../shared/contract/config.ts';
import type { SecretUse } from '../../shared/contract/secrets.ts';
import { AppError } from '../../shared/errors.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import { passwordOf, type SecretValue } from '../secrets/secret-value.ts';
import type { SettingRow } from './analyzer-settings.repo.ts';
import type { Catalogue } from './analyzers.service.ts';
import { noteOf } from './carry-over.ts';
import { readCertificates } from './certificates.ts';
import { checkValue } from './check-value.ts';
import { commonItemsOf, NETWORK_ITEMS } from './common-items.ts';
import { configView } from './config-view.ts';
import type { ConfigItem, LoadedFlavor } from './flavor.ts';
import { baseTargetOf, byStrength, type StoredSettings } from './stored-settings.ts';

interface SetInput {
  flavorId: string;
  scope: 'base' | 'flavor';
  engagementId?: string | undefined;
  values: Readonly<Record<string, GivenValue>>;
  /** Against what the names suggest. */
  secret?: Readonly<Record<string, boolean>>;
  /** What a sandboxed program may read of the user's files, or start, is not for a page to say. */
  isWindow?: boolean;
}

/** Settings of analyzers as people see and change them. No answer holds a secret. */
export interface ConfigService {
  /** `not_found`. */
  get(flavorId: string, engagementId?: string): FlavorConfig;
  /** All or none. `invalid_input` with what is wrong of each setting in `details`; `secret.no_place` where a secret cannot be kept. */
  set(input: SetInput): Promise<FlavorConfig>;
  network(): NetworkConfig;
  setNetwork(patch: {
    proxyHttp?: string | undefined;
    proxyHttps?: string | undefined;
    cacerts?: string | undefined;
  }): Promise<NetworkConfig>;
  usesOf(secretId: string): SecretUse[];
  /** With every setting that used it. */
  forgetSecret(secretId: string): Promise<void>;
  /** What came of a run with the settings as they are: noted with each secret that it used. */
  recordTest(flavorId: string, engagementId: string | undefined, isAccepted: boolean, message: string): void;
}

/** What a call wants of one slot once it was checked. */
type Wanted =
  | { kind: 'remove' }
  | { kind: 'plain'; json: string }
  | { kind: 'secret'; value: SecretValue }
  | { kind: 'reuse'; secretId: string };

const ENGAGEMENT_OF_ALL = '';

/** Throws `forbidden` where a setting that opens files to a program would get a value; taking one away is free. */
function refusePaths(
  flavor: LoadedFlavor,
  affected: readonly LoadedFlavor[],
  values: Readonly<Record<string, GivenValue>>,
): void {
  const opening = new Set(affected.flatMap(({ readableFrom }) => readableFrom));
  for (const [name, given] of Object.entries(values)) {
    if (!opening.has(name) || given === null || given === '') continue;
    const how = `A window may not name files. Use the command line: osmia analyzers set ${flavor.id} ${name} PATH`;
    throw new AppError('forbidden', how, { details: { [name]: how } });
  }
}

export function createConfigService(deps: {
  catalogue: Catalogue;
  settings: StoredSettings;
  vault: SecretVault;
  events: EventBus;
  clock: Clock;
}): ConfigService {
  const { catalogue, settings, vault, events, clock } = deps;
  const { repo } = settings;

  const flavorOf = (id: string): LoadedFlavor => {
    const flavor = catalogue.find(id);
    if (flavor === undefined) throw new AppError('not_found', `There is no analyzer named ${id.slice(0, 200)}.`);
    return flavor;
  };

  const everything = (): LoadedFlavor[] => [...catalogue.list(), ...catalogue.responders()];

  const siblingsOf = (flavor: LoadedFlavor): LoadedFlavor[] => {
    const base = baseTargetOf(flavor);
    return base === '' ? [flavor] : everything().filter((one) => baseTargetOf(one) === base);
  };

  const view = (flavor: LoadedFlavor, engagementId?: string): FlavorConfig =>
    configView(flavor, siblingsOf(flavor), { settings, factsOf: vault.facts }, engagementId);

  const changed = (id: string): void => {
    settings.touch();
    events.publish('analyzers', id);
  };

  /** Secrets that a change has left without a use. */
  const forgetUnused = async (ids: Iterable<string>): Promise<void> => {
    for (const id of new Set(ids)) if (repo.usesOf(id).length === 0) await vault.remove(id);
  };

  /** Writes slots of one target: secrets are safe before the settings name them, and old ones go after. */
  const write = async (
    slot: Pick<SettingRow, 'scope' | 'target' | 'engagement_id'>,
    wanted: ReadonlyMap<string, Wanted>,
    also: () => void = () => undefined,
  ): Promise<void> => {
    const made = new Map<string, string>();
    try {
      for (const [name, want] of wanted) if (want.kind === 'secret') made.set(name, await vault.add(want.value));
    } catch (error) {
      for (const id of made.values()) await vault.remove(id);
      throw error;
    }
    const before = new Map(
      repo
        .rowsOf(slot.scope, slot.target)
        .filter((row) => row.engagement_id === slot.engagement_id)
        .map((row) => [row.name, row.secret_id]),
    );
    repo.transaction(() => {
      for (const [name, want] of wanted) {
        const place = { ...slot, name };
        if (want.kind === 'remove') repo.remove(place);
        else if (want.kind === 'plain') repo.put(place, { value: want.json }, clock.now());
        else repo.put(place, { secretId: want.kind === 'reuse' ? want.secretId : (made.get(name) ?? '') }, clock.now());
      }
      also();
    });
    await forgetUnused([...wanted.keys()].flatMap((name) => before.get(name) ?? []));
  };

  const check = (item: ConfigItem, given: GivenValue, isSecret: boolean): Wanted | { problem: string } => {
    if (given === null || given === '') return { kind: 'remove' };
    if (typeof given === 'object' && 'useSecret' in given) {
      if (!vault.ids().includes(given.useSecret)) return { problem: 'That secret is not there any more.' };
      return { kind: 'reuse', secretId: given.useSecret };
    }
    const checked = checkValue(item, given);
    if ('problem' in checked) return checked;
    const { value } = checked;
    const texts = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
    // A password in an address is as secret as one that stands alone.
    if (!isSecret && !texts.some((text) => passwordOf(text) !== undefined)) {
      return { kind: 'plain', json: JSON.stringify(value) };
    }
    return { kind: 'secret', value: Array.isArray(value) ? value.map(String) : String(value) };
  };

  const checkAll = (
    items: readonly ConfigItem[],
    values: Readonly<Record<string, GivenValue>>,
    isSecret: (item: ConfigItem) => boolean,
  ): Map<string, Wanted> => {
    const wanted = new Map<string, Wanted>();
    const problems: Record<string, string> = {};
    for (const [name, given] of Object.entries(values)) {
      const item = items.find((one) => one.name === name);
      // What a later version does not know any more can still be cleared away.
      if (item === undefined && given === null) wanted.set(name, { kind: 'remove' });
      else if (item === undefined) problems[name] = 'There is no such setting.';
      else {
        const checked = check(item, given, isSecret(item));
        if ('problem' in checked) problems[name] = checked.problem;
        else wanted.set(name, checked);
      }
    }
    const wrong = Object.entries(problems);
    if (wrong.length > 0) {
      const said = wrong.map(([name, problem]) => `${name}: ${problem}`).join(' ');
      throw new AppError('invalid_input', `Nothing was changed. ${said}`.slice(0, 2_000), { details: problems });
    }
    return wanted;
  };

  /** What was said of a setting's secrecy now; values that are stored the other way move, or are forgotten. */
  const applyMarks = async (
    flavor: LoadedFlavor,
    scope: 'base' | 'flavor',
    target: string,
    marks: Readonly<Record<string, boolean>>,
  ): Promise<void> => {
    for (const [name, isSecret] of Object.entries(marks)) {
      if (!flavor.items.some((item) => item.name === name)) {
        throw new AppError('invalid_input', `${flavor.name} has no setting named ${name.slice(0, 100)}.`);
      }
      repo.mark(scope, target, name, isSecret);
      for (const row of repo.rowsOf(scope, target).filter((one) => one.name === name)) {
        // To say that it is none may not be a way to read it.
        if (!isSecret) await write(row, new Map([[name, { kind: 'remove' }]]));
        else if (row.value !== null) {
          const value = JSON.parse(row.value) as unknown;
          const secret = Array.isArray(value) ? value.map(String) : String(value);
          await write(row, new Map([[name, { kind: 'secret', value: secret }]]));
        }
      }
    }
  };

  const proxyShown = (row: SettingRow | undefined): { shown: string; isSecret: boolean } => {
    if (row === undefined) return { shown: '', isSecret: false };
    const value = row.secret_id === null ? (JSON.parse(row.value ?? '""') as string) : vault.value(row.secret_id);
    const url = typeof value === 'string' ? URL.parse(value) : null;
    if (url === null)
      return { shown: typeof value === 'string' && row.secret_id === null ? value : '', isSecret: true };
    return row.secret_id === null
      ? { shown: String(value), isSecret: false }
      : { shown: `${url.protocol}//${url.host}`, isSecret: true };
  };

  const network = (): NetworkConfig => {
    const rows = new Map(repo.rowsOf('global', '').map((row) => [row.name, row]));
    const http = proxyShown(rows.get('proxy_http'));
    const https = proxyShown(rows.get('proxy_https'));
    const cacerts = JSON.parse(rows.get('cacerts')?.value ?? '""') as string;
    const now = clock.now();
    return {
      proxyHttp: http.shown,
      proxyHttps: https.shown,
      hasSecretHttp: http.isSecret,
      hasSecretHttps: https.isSecret,
      cacerts,
      certificates: readCertificates(cacerts).certificates.map(({ subject, validTo }) => ({
        subject,
        validTo: new Date(validTo).toISOString(),
        isExpired: validTo < now,
      })),
    };
  };

  const flavorsOf = (row: SettingRow): SecretUse['flavors'] => {
    const all = everything().filter((flavor) => {
      if (row.scope === 'flavor') return flavor.id === row.target;
      return (
        row.scope === 'base' && baseTargetOf(flavor) === row.target && flavor.items.some((i) => i.name === row.name)
      );
    });
    return all.map(({ id, name, version }) => ({ id, name, version }));
  };

  return {
    get: (flavorId, engagementId) => view(flavorOf(flavorId), engagementId),
    async set({ flavorId, scope, engagementId = ENGAGEMENT_OF_ALL, values, secret = {}, isWindow = false }) {
      const flavor = flavorOf(flavorId);
      if (isWindow) refusePaths(flavor, scope === 'base' ? siblingsOf(flavor) : [flavor], values);
      const target = scope === 'flavor' ? flavor.id : baseTargetOf(flavor);
      if (target === '') {
        throw new AppError('invalid_input', `${flavor.name} shares no settings: its descriptor names no base.`);
      }
      const { isSecret } = settings.of(flavor, engagementId);
      const items = [...flavor.items, ...commonItemsOf(flavor)];
      const wanted = checkAll(items, values, (item) => secret[item.name] ?? isSecret(item.name, item.type));
      await applyMarks(flavor, scope, target, secret);
      await write({ scope, target, engagement_id: engagementId }, wanted, () => repo.note(noteOf(flavor)));
      changed(flavor.id);
      return view(flavor, engagementId || undefined);
    },
    network,
    async setNetwork({ proxyHttp, proxyHttps, cacerts }) {
      const values: Record<string, GivenValue> = {
        ...(proxyHttp === undefined ? {} : { proxy_http: proxyHttp }),
        ...(proxyHttps === undefined ? {} : { proxy_https: proxyHttps }),
        ...(cacerts === undefined ? {} : { cacerts }),
      };
      const wanted = checkAll(NETWORK_ITEMS, values, () => false);
      await write({ scope: 'global', target: '', engagement_id: ENGAGEMENT_OF_ALL }, wanted);
      changed('network');
      return network();
    },
    usesOf: (secretId) =>
      repo.usesOf(secretId).map((row) => ({
        scope: row.scope,
        target: row.target,
        setting: row.name,
        engagementId: row.engagement_id || null,
        flavors: flavorsOf(row),
      })),
    async forgetSecret(secretId) {
      vault.facts(secretId);
      repo.transaction(() => {
        for (const row of repo.usesOf(secretId)) repo.remove(row);
      });
      await vault.remove(secretId);
      changed(secretId);
    },
    recordTest(flavorId, engagementId = ENGAGEMENT_OF_ALL, isAccepted, message) {
      const flavor = catalogue.find(flavorId);
      if (flavor === undefined) return;
      const used = repo
        .rowsFor(baseTargetOf(flavor), flavor.id)
        .filter((row) => row.engagement_id === ENGAGEMENT_OF_ALL || row.engagement_id === engagementId)
        .filter((row) => row.scope !== 'global')
        .sort(byStrength);
      const strongest = new Map(used.map((row) => [row.name, row]));
      const ids = [...strongest.values()].flatMap(({ secret_id: id }) => id ?? []);
      for (const id of ids) vault.recordTest(id, isAccepted ? 'accepted' : 'failed', message);
      if (ids.length > 0) events.publish('analyzers', flavor.id);
    },
  };
}
