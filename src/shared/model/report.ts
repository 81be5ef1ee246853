import { z } from 'zod';

/** The four taxonomy levels of Cortex; anything else a report says becomes `info` (reference: cortex.md 2.3). */
export const LEVELS = ['info', 'safe', 'suspicious', 'malicious'] as const;
export const Level = z.enum(LEVELS);
export type Level = z.infer<typeof Level>;

export const Taxonomy = z.object({
  level: Level,
  namespace: z.string(),
  predicate: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
});
export type Taxonomy = z.infer<typeof Taxonomy>;

/** An observable that a report proposes. A file artifact names a file of the report, never a path. */
export const Artifact = z.object({
  dataType: z.string(),
  data: z.string().optional(),
  /** For `dataType: "file"`: the SHA-256 of the stored content. */
  sha256: z.string().optional(),
  filename: z.string().optional(),
  size: z.number().optional(),
  contentType: z.string().optional(),
  tags: z.array(z.string()),
  message: z.string().optional(),
  /** 0–3 as Cortex says it; converted to a label when the artifact is imported. */
  tlp: z.number().optional(),
});
export type Artifact = z.infer<typeof Artifact>;

/** The longest `full.sentence`, the line a report opens with; in characters. */
export const MAX_SENTENCE = 300;

/** What a job returned, in Cortex's own shape. `full` is somebody else's JSON: hostile text until shown escaped. */
export const ReportBody = z.object({
  summary: z.object({ taxonomies: z.array(Taxonomy) }),
  full: z.record(z.string(), z.unknown()),
  artifacts: z.array(Artifact),
  operations: z.array(z.record(z.string(), z.unknown())),
});
export type ReportBody = z.infer<typeof ReportBody>;

const RANK: Readonly<Record<Level, number>> = { info: 0, safe: 1, suspicious: 2, malicious: 3 };

/** The worst level of some taxonomies, or undefined where there are none (which means "not judged", never "safe"). */
export function worstLevel(levels: Iterable<Level>): Level | undefined {
  let worst: Level | undefined;
  for (const level of levels) if (worst === undefined || RANK[level] > RANK[worst]) worst = level;
  return worst;
}
