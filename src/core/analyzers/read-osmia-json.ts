import { z } from 'zod';
import { DataCard } from '../../shared/contract/entities.ts';
import type { LoadedFlavor, RunLimits } from './flavor.ts';

/** What stands beside a descriptor: what Cortex's file has no field for (DESIGN.md 5.0). */
export interface OsmiaFacts
  extends Pick<
    LoadedFlavor,
    'card' | 'cardFrom' | 'hostsFrom' | 'needsRoute' | 'readableFrom' | 'responder' | 'key' | 'docs' | 'quota'
  > {
  runtime: 'worker' | 'process';
  isLocal: boolean;
  summary: string;
  cacheMinutes: number;
  mediaTypes: string[];
  limits: RunLimits;
}

/** What the broker can hand over at once. */
const MAX_OUTPUT_BYTES = 64 * 2 ** 20;

const Limits = z.object({
  wallSeconds: z.number().min(1).max(86_400),
  cpuSeconds: z.number().int().min(1).max(86_400),
  memoryMiB: z.number().int().min(16).max(65_536),
  processes: z.number().int().min(1).max(4_096),
  openFiles: z.number().int().min(16).max(65_536),
  fileMiB: z.number().int().min(1).max(65_536),
  folderMiB: z.number().int().min(1).max(65_536),
  outputBytes: z.number().int().min(1_024).max(MAX_OUTPUT_BYTES),
});

export const CardKey = z.enum(['needed', 'optional', 'none']);

export const CardQuota = z.strictObject({
  key: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
  presets: z
    .array(
      z.strictObject({
        window: z.enum(['minute', 'hour', 'day', 'month']),
        units: z.number().int().positive().max(1_000_000_000),
      }),
    )
    .max(4),
});

const Responder = z.object({
  dryRun: z.boolean().default(false),
  attachments: z.boolean().default(false),
  parameters: z
    .array(
      z.object({
        name: z.string().regex(/^[a-z][a-zA-Z]{0,40}$/),
        label: z.string().max(80),
        help: z.string().max(300).default(''),
        isLong: z.boolean().default(false),
      }),
    )
    .max(20)
    .default([]),
});

const OsmiaJson = z.object({
  runtime: z.enum(['worker', 'process']).optional(),
  isLocal: z.boolean().optional(),
  card: DataCard.partial().optional(),
  hostsFrom: z.array(z.string().max(200)).max(20).optional(),
  needsRoute: z.boolean().optional(),
  readableFrom: z.array(z.string().max(200)).max(20).optional(),
  responder: Responder.optional(),
  key: CardKey.optional(),
  docs: z.string().max(500).optional(),
  quota: CardQuota.optional(),
  summary: z.string().max(500).optional(),
  cacheMinutes: z.number().min(0).max(525_600).optional(),
  mediaTypes: z.array(z.string().max(200)).max(200).optional(),
  limits: Limits.partial().optional(),
});

export const NOTHING_LEAVES = { leaves: 'nothing', hosts: [], seenBy: 'nobody', keeps: 'nothing' };
const UNKNOWN_CARD = {
  leaves: 'The whole value',
  hosts: [],
  seenBy: 'Unknown: assume public',
  keeps: 'Unknown: assume for ever',
};

const DEFAULT_LIMITS: RunLimits = {
  wallSeconds: 30 * 60,
  cpuSeconds: 30 * 60,
  memoryMib: 2_048,
  processes: 256,
  openFiles: 1_024,
  fileMib: 512,
  folderMib: 1_024,
  outputBytes: MAX_OUTPUT_BYTES,
};

/** For a descriptor with nothing beside it: the worst is assumed. */
export const UNKNOWN_FACTS: OsmiaFacts = {
  runtime: 'process',
  isLocal: false,
  card: UNKNOWN_CARD,
  cardFrom: 'nobody',
  hostsFrom: [],
  needsRoute: false,
  readableFrom: [],
  responder: { hasDryRun: false, takesAttachments: false, parameters: [] },
  key: 'unknown',
  docs: '',
  quota: null,
  summary: '',
  cacheMinutes: 10,
  mediaTypes: [],
  limits: DEFAULT_LIMITS,
};

/**
 * Reads osmia.json. `worker` counts only for our own root: a program of somebody else never runs in the process that
 * other files pass through. Throws an Error in plain words when it has the wrong shape.
 */
export function readOsmiaJson(text: string, isOurs: boolean): OsmiaFacts {
  const parsed = OsmiaJson.safeParse(JSON.parse(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`${issue?.path.map(String).join('.') || 'the file'}: ${issue?.message ?? 'wrong shape'}`);
  }
  const { data } = parsed;
  const saysNothingLeaves = data.card?.leaves === 'nothing' && (data.card.hosts ?? []).length === 0;
  const isLocal = data.isLocal ?? saysNothingLeaves;
  const { memoryMiB, fileMiB, folderMiB, ...limits } = data.limits ?? {};
  return {
    runtime: isOurs && data.runtime === 'worker' ? 'worker' : 'process',
    isLocal,
    card: { ...(isLocal ? NOTHING_LEAVES : UNKNOWN_CARD), ...stripUndefined(data.card ?? {}) },
    cardFrom: data.card === undefined && !isLocal ? 'nobody' : 'folder',
    hostsFrom: data.hostsFrom ?? [],
    needsRoute: isOurs && data.needsRoute === true,
    readableFrom: isOurs ? (data.readableFrom ?? []) : [],
    responder: {
      // A dry run is trusted not to act; nobody else's word is taken for that.
      hasDryRun: isOurs && data.responder?.dryRun === true,
      takesAttachments: data.responder?.attachments ?? false,
      parameters: data.responder?.parameters ?? [],
    },
    key: data.key ?? (isLocal ? 'none' : 'unknown'),
    docs: data.docs ?? '',
    quota: data.quota ?? null,
    summary: data.summary ?? '',
    cacheMinutes: data.cacheMinutes ?? UNKNOWN_FACTS.cacheMinutes,
    mediaTypes: data.mediaTypes ?? [],
    limits: {
      ...DEFAULT_LIMITS,
      ...stripUndefined(limits),
      ...(memoryMiB === undefined ? {} : { memoryMib: memoryMiB }),
      ...(fileMiB === undefined ? {} : { fileMib: fileMiB }),
      ...(folderMiB === undefined ? {} : { folderMib: folderMiB }),
    },
  };
}

const stripUndefined = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as never;
