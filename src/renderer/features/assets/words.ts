import {
  ASSET_KINDS,
  ASSET_STATES,
  type AssetKind,
  type AssetState,
  type Identifier,
  IDENTIFIER_TYPES,
} from '../../../shared/contract/assets.ts';
import { defang } from '../../../shared/model/defang.ts';

export const KIND_WORDS: Readonly<Record<AssetKind, string>> = {
  workstation: 'Workstation',
  server: 'Server',
  account: 'Account',
  mailbox: 'Mailbox',
  'network-device': 'Network device',
  'cloud-tenant': 'Cloud tenant',
  mobile: 'Mobile',
  other: 'Other',
};
export const STATE_WORDS: Readonly<Record<AssetState, string>> = {
  unknown: 'Unknown',
  suspected: 'Suspected',
  compromised: 'Compromised',
  cleaned: 'Cleaned',
  'not-affected': 'Not affected',
};
export const IDENTIFIER_WORDS: Readonly<Record<Identifier['type'], string>> = {
  hostname: 'Host name',
  ip: 'IP address',
  mac: 'MAC address',
  account: 'Account name',
  sid: 'SID',
  mail: 'Mail address',
  other: 'Other',
};

/** As a program makes no link of it. */
export function shownIdentifier({ type, value }: Identifier): string {
  const dataType = type === 'ip' || type === 'mail' ? type : type === 'hostname' ? 'fqdn' : 'other';
  return defang(dataType, value);
}

export const KIND_OPTIONS = ASSET_KINDS.map((value) => ({ value, label: KIND_WORDS[value] }));
export const STATE_OPTIONS = ASSET_STATES.map((value) => ({ value, label: STATE_WORDS[value] }));
export const IDENTIFIER_OPTIONS = IDENTIFIER_TYPES.map((value) => ({ value, label: IDENTIFIER_WORDS[value] }));

/** What a value typed for an asset most likely is; shown, and can be changed. */
export function identifierType(value: string): Identifier['type'] {
  if (
    /^(?:\d{1,3}\.){3}\d{1,3}$/.test(value) ||
    (/^[0-9a-f:]+$/i.test(value) && (value.match(/:/g)?.length ?? 0) >= 2 && !isMac(value))
  )
    return 'ip';
  if (isMac(value)) return 'mac';
  if (/^S-1-\d+(?:-\d+)+$/i.test(value)) return 'sid';
  if (/^[^\s@]+@[^\s@]+$/.test(value)) return 'mail';
  return /[\\]/.test(value) ? 'account' : 'hostname';
}

const isMac = (value: string): boolean => /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(value);

/** The kind that an asset of this name most likely is. */
export function kindOf(name: string): AssetKind {
  const type = identifierType(name);
  return type === 'mail' ? 'mailbox' : type === 'account' || type === 'sid' ? 'account' : 'workstation';
}
