import type { DataCard, Reason } from '../../shared/contract/entities.ts';
import type { z } from 'zod';
import type { Requirements } from './python/requirements.ts';

export type ConfigItemType = 'string' | 'text' | 'number' | 'boolean';

export interface ConfigItem {
  name: string;
  description: string;
  type: ConfigItemType;
  isMulti: boolean;
  isRequired: boolean;
  defaultValue: unknown;
}

/** What one run may use. Units are in the names. */
export interface RunLimits {
  wallSeconds: number;
  cpuSeconds: number;
  memoryMib: number;
  processes: number;
  openFiles: number;
  /** The largest single file it may write. */
  fileMib: number;
  /** All that its job folder may hold at a time, beside the file it was given. */
  folderMib: number;
  /** The largest report, in bytes. */
  outputBytes: number;
}

/** The budget a flavor draws on, and what its service publishes for an ordinary account; all windows hold at once. */
export interface FlavorQuota {
  /** Flavors with the same key share one budget. */
  key: string;
  presets: { window: 'minute' | 'hour' | 'day' | 'month'; units: number }[];
}

/** Something that a responder asks for each time it is triggered. */
export interface ResponderParameter {
  name: string;
  label: string;
  help: string;
  isLong: boolean;
}

/** What osmia.json says of a responder beyond what it says of an analyzer. */
export interface ResponderFacts {
  /** Knows `parameters.dryRun`: does everything but act. */
  hasDryRun: boolean;
  /** Takes files beside the object. */
  takesAttachments: boolean;
  parameters: ResponderParameter[];
}

/** A descriptor as read, with what osmia.json says beside it. Everything in it is somebody else's until checked here. */
export interface LoadedFlavor {
  /** `<source>/<Name>_<version>`, dots as underscores. */
  id: string;
  /** Cortex's own id: `<Name>_<version>`. */
  definitionId: string;
  source: string;
  name: string;
  version: string;
  description: string;
  author: string;
  url: string;
  license: string;
  dataTypes: string[];
  mediaTypes: string[];
  runtime: 'worker' | 'process';
  /** Needs no network: it gets none where the sandbox can take it away. */
  isLocal: boolean;
  card: z.infer<typeof DataCard>;
  /** Who wrote the card: the folder itself (`osmia.json`), Osmia's own knowledge of the service, or nobody. */
  cardFrom: 'folder' | 'osmia' | 'nobody';
  /** Settings that hold the address of a server of the user's own; its host is one more of the card's hosts. */
  hostsFrom: string[];
  /** Speaks something that a web proxy does not carry, so it needs a way of its own to its hosts. Ours only. */
  needsRoute: boolean;
  /** Settings that name files or folders of the user which it may read: as our own, or a card of ours, says. */
  readableFrom: string[];
  responder: ResponderFacts;
  /** Whether the service wants an account; a descriptor often declares its key optional where it is not. */
  key: 'needed' | 'optional' | 'none' | 'unknown';
  /** Address of the service's own page about its terms or its API; empty where nobody knows. */
  docs: string;
  quota: FlavorQuota | null;
  summary: string;
  cacheMinutes: number;
  limits: RunLimits;
  /** The worker's own folder, and its parent: the working directory of a run. */
  folder: string;
  root: string;
  /** Absolute path of the program; undefined where `cannotRun` says why. */
  program: string | undefined;
  /** Why this descriptor can never run as it is. */
  cannotRun: Reason | null;
  /** Names the settings that it shares with flavors of the same source; empty where it shares none. */
  baseConfig: string;
  /** What its requirements.txt asks for; null where it has none. */
  requirements: Requirements | null;
  items: ConfigItem[];
  /** The descriptor's fixed settings. */
  config: Record<string, unknown>;
  /** SHA-256 of the program file; empty where there is none. */
  sha256: string;
}

/** Item names whose values are never shown again (reference: cortex.md 2.3; cortexutils knows only three of these). */
const SECRET_NAME = /key|passw|pwd|secret|token|credential|auth|cookie|session|private/i;

export const looksSecret = (itemName: string): boolean => SECRET_NAME.test(itemName);
