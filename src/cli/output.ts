import { AlertDetail, AlertObservable, AlertRow, AlertRun, SimilarCase } from '../shared/contract/alerts.ts';
import { AttackPack } from '../shared/contract/attack.ts';
import { CaseTemplate } from '../shared/contract/case-templates.ts';
import { Taxonomy } from '../shared/contract/tags.ts';
import { z } from 'zod';
import { ImportLine, SettingValue } from '../shared/contract/config.ts';
import { SecretPlace } from '../shared/contract/secrets.ts';
import { Case, Flavor, Reason, SandboxLevel, Time } from '../shared/contract/entities.ts';
import { PythonEnvironment } from '../shared/contract/environments.ts';
import { EgressEntry } from '../shared/contract/egress.ts';
import { Coverage, Place } from '../shared/contract/intake.ts';
import { Forecast, LedgerRow, QuotaBudget } from '../shared/contract/quota.ts';
import { ReportBody } from '../shared/model/report.ts';

/**
 * What `--json` prints, one object a call: a stable interface, documented field by field in docs/cli.md. A field may be
 * added; none may change its meaning or go.
 */

/** A finding as a script sees it. */
const ExtractedObservable = z.strictObject({
  dataType: z.string(),
  /** Refanged and normalised. */
  value: z.string(),
  places: z.array(Place),
  marks: z.array(z.string()),
});

export const ExtractOutput = z.strictObject({
  /** As given: a path, or `-` for standard input. */
  source: z.string(),
  coverage: Coverage,
  observables: z.array(ExtractedObservable),
  rejected: z.array(
    z.strictObject({ text: z.string(), part: z.string(), offset: z.number().int(), reason: z.string() }),
  ),
});
export type ExtractOutput = z.infer<typeof ExtractOutput>;

export const AnalyzedJob = z.strictObject({
  id: z.string(),
  /** The full id: `<source>/<Name>_<version>`. */
  flavor: z.string(),
  observable: z.strictObject({ dataType: z.string(), value: z.string() }),
  status: z.enum(['done', 'failed', 'refused', 'waiting', 'cancelled']),
  /** Why it failed, was refused or waits. */
  reason: Reason.optional(),
  cached: z.boolean(),
  sandbox: SandboxLevel,
  report: ReportBody.optional(),
});
export type AnalyzedJob = z.infer<typeof AnalyzedJob>;

export const AnalyzeOutput = z.strictObject({
  evidence: z
    .strictObject({
      md5: z.string(),
      sha1: z.string(),
      sha256: z.string(),
      size: z.number().int(),
      mediaType: z.string(),
      name: z.string(),
    })
    .optional(),
  coverage: Coverage.optional(),
  jobs: z.array(AnalyzedJob),
});
export type AnalyzeOutput = z.infer<typeof AnalyzeOutput>;

export const AnalyzersListOutput = z.strictObject({
  analyzers: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      version: z.string(),
      description: z.string(),
      dataTypes: z.array(z.string()),
      isLocal: z.boolean(),
      /** Absent where it can run. */
      cannotRun: Reason.optional(),
    }),
  ),
});
export const AnalyzersShowOutput = z.strictObject({ analyzer: Flavor });
export const AnalyzersDoctorOutput = z.strictObject({
  analyzers: z.array(
    z.strictObject({
      id: z.string(),
      /** It may still need a link: see `state`. */
      canRun: z.boolean(),
      state: z.enum(['ready', 'needs_link', 'cannot']),
      line: z.string(),
      reason: Reason.optional(),
      reasons: z.array(Reason),
      notes: z.array(z.string()),
    }),
  ),
  defects: z.array(z.strictObject({ source: z.string(), file: z.string(), message: z.string(), isFatal: z.boolean() })),
});
export const AnalyzersPrepareOutput = z.strictObject({
  plan: z.strictObject({
    python: z.strictObject({ path: z.string(), version: z.string() }),
    requirements: z.array(z.string()),
    ignored: z.array(z.string()),
    hosts: z.array(z.string()),
    needsLink: z.boolean(),
  }),
  /** Absent without --yes: nothing was sent. */
  environment: PythonEnvironment.optional(),
});
export const AnalyzersAddOutput = z.strictObject({
  source: z.string(),
  kind: z.enum(['analyzer', 'responder']),
  analyzers: z.number().int(),
});

export const CaseOutput = z.strictObject({ case: Case });
export const CaseListOutput = z.strictObject({ cases: z.array(Case) });

export const TaxonomiesImportOutput = z.strictObject({
  taxonomies: z.array(Taxonomy.extend({ isNew: z.boolean() })),
  failed: z.array(z.strictObject({ file: z.string(), message: z.string() })),
});
export const TaxonomiesOutput = z.strictObject({ taxonomies: z.array(Taxonomy) });

/** Null where nothing was imported. */
export const AttackPackOutput = z.strictObject({ pack: AttackPack.nullable() });
export const AttackCasesOutput = z.strictObject({
  cases: z.array(
    z.strictObject({ id: z.string(), number: z.number().int(), title: z.string(), techniques: z.array(z.string()) }),
  ),
});
export const TemplatesOutput = z.strictObject({ templates: z.array(CaseTemplate) });
export const TemplatesImportOutput = z.strictObject({
  templates: z.array(CaseTemplate),
  madeFields: z.array(z.string()),
  notes: z.array(z.string()),
});

export const EgressListOutput = z.strictObject({ entries: z.array(EgressEntry) });
export const EgressFindOutput = z.strictObject({
  entries: z.array(EgressEntry),
  /** Other values that it is a part of. */
  within: z.array(EgressEntry),
  lookedFor: z.array(z.string()),
  /** Jobs that would send it and have not yet. */
  pending: z.number().int(),
});
export const EgressExportOutput = z.strictObject({ file: z.string(), bytes: z.number().int() });

export const DoctorOutput = z.strictObject({
  osmia: z.string(),
  node: z.string(),
  platform: z.string(),
  checks: z.array(
    z.strictObject({ name: z.string(), status: z.enum(['ok', 'warning', 'problem']), message: z.string() }),
  ),
});

export const QuotaListOutput = z.strictObject({ budgets: z.array(QuotaBudget) });
export const QuotaOutput = z.strictObject({ budget: QuotaBudget });
export const QuotaLedgerOutput = z.strictObject({ key: z.string(), entries: z.array(LedgerRow) });
export const QuotaForecastOutput = z.strictObject({ forecast: Forecast });
export const QuotaCheckOutput = z.strictObject({
  entries: z.number().int(),
  keys: z.number().int(),
  problems: z.array(z.string()),
});

export const AnalyzersSettingsOutput = z.strictObject({
  analyzer: z.strictObject({
    id: z.string(),
    /** The base configuration that it shares with siblings, or null. */
    base: z.string().nullable(),
    settings: z.array(
      z.strictObject({
        name: z.string(),
        type: z.enum(['string', 'text', 'number', 'boolean']),
        isMulti: z.boolean(),
        isRequired: z.boolean(),
        isSecret: z.boolean(),
        /** What a run gets; null for a secret and for nothing. */
        value: SettingValue.nullable(),
        from: z.enum(['flavor', 'base', 'global', 'descriptor', 'none']),
        secret: z
          .strictObject({ place: SecretPlace, lastFour: z.string().nullable(), isReadable: z.boolean() })
          .optional(),
      }),
    ),
    missing: z.array(z.string()),
  }),
});
export const AnalyzersImportOutput = z.strictObject({
  applied: z.boolean(),
  lines: z.array(ImportLine),
  counts: z.record(z.string(), z.number().int()),
});

export const BackupOutput = z.strictObject({
  /** The folder. */
  backup: z.string(),
  files: z.number().int(),
  bytes: z.number().int(),
  /** Files that were damaged in the workspace already. */
  damaged: z.number().int(),
  opensWith: z.array(z.enum(['passphrase', 'recoveryKey', 'keychain'])),
  /** Keys and passwords of services: those in the keychain are not in the backup. */
  secrets: z.strictObject({ inKeychain: z.number().int(), vault: z.enum(['none', 'copied', 'damaged']) }),
});
export const RestoreOutput = z.strictObject({
  workspace: z.string(),
  files: z.number().int(),
  damaged: z.number().int(),
  /** When the backup was made. */
  createdAt: Time,
});

export const AlertsImportOutput = z.strictObject({
  run: AlertRun,
  problems: z.array(z.object({ item: z.string(), place: z.string(), reason: z.string() })),
});
export const AlertsListOutput = z.strictObject({ alerts: z.array(AlertRow) });
export const AlertsShowOutput = z.strictObject({
  alert: AlertDetail,
  observables: z.array(AlertObservable),
  similar: z.array(SimilarCase),
});

export const ServeOutput = z.strictObject({
  /** Where the host listens. */
  url: z.string(),
  /** The same with a launch code: once, within 30 seconds. */
  launchUrl: z.string(),
});

export const ErrorOutput = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    details: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]))
      .optional(),
  }),
});
