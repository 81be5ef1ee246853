import { hash } from 'node:crypto';
import { v7 } from 'uuid';
import type { Job } from '../../shared/contract/entities.ts';
import type {
  Attachment,
  ObjectRef,
  Preview,
  PreviewItem,
  Responder,
  ResponderRun,
} from '../../shared/contract/responders.ts';
import { AppError } from '../../shared/errors.ts';
import { papToNumber, stricterPap, stricterTlp, tlpToNumber } from '../../shared/model/marking.ts';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import { asFlavor } from '../analyzers/as-flavor.ts';
import { destinationOf } from '../analyzers/destination.ts';
import type { EffectiveConfig } from '../analyzers/effective-config.ts';
import type { Db } from '../db/open.ts';
import { waitingFor } from '../engine/admission.ts';
import type { Engine } from '../engine/engine.ts';
import { gateFacts } from '../engine/gate-facts.ts';
import type { NewJob } from '../engine/job-row.ts';
import { redact } from '../engine/process/redact.ts';
import type { EventBus } from '../events/bus.ts';
import { decide, type GateDecision } from '../jobs/gate.ts';
import { sentenceOf } from '../jobs/job-text.ts';
import type { JobsRepo } from '../jobs/jobs.repo.ts';
import { newJobRow } from '../jobs/new-job-row.ts';
import type { ReportsRepo } from '../jobs/reports.repo.ts';
import type { PolicyNow } from '../policy/policy.ts';
import type { Clock } from '../ports.ts';
import type { Records } from '../records.ts';
import type { LoadedObject, ObjectSource } from './object-source.ts';
import type { ObjectsRepo } from './objects.repo.ts';
import type { OperationsService } from './operations.service.ts';
import type { PayloadRepo, SentFile } from './payload.repo.ts';
import { policyOfPayload } from './payload-policy.ts';
import { createPreviews, type KeptPreview, type ShownObject } from './previews.ts';
import type { RunRow, RunsRepo } from './runs.repo.ts';
import { sentAs } from './sent-file.ts';

export interface RespondersService {
  list(): Responder[];
  /** Those that take every one of the objects. */
  for(objects: readonly ObjectRef[]): Responder[];
  preview(
    actor: string,
    input: {
      responderId: string;
      objects: readonly ObjectRef[];
      evidenceIds: readonly string[];
      parameters: Readonly<Record<string, string>>;
    },
  ): Preview;
  dryRun(
    previewId: string,
    index: number,
    signal: AbortSignal,
  ): Promise<{ hasRun: boolean; isOk: boolean; messages: string[]; full: Record<string, unknown> | null }>;
  run(actor: string, previewId: string, indexes: readonly number[]): Job[];
  runs(filter: {
    object?: ObjectRef | undefined;
    caseId?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  }): { items: ResponderRun[]; next: string | null };
  get(jobId: string): ResponderRun & { objectJson: string; full: Record<string, unknown> | null };
}

/** Of all objects of one preview together, in bytes: they are kept in memory and shown. */
const MAX_PREVIEW_BYTES = 32 * 2 ** 20;
/** Of all files that go along with one object, in bytes. */
const MAX_ATTACHED = 64 * 2 ** 20;

export function createRespondersService(deps: {
  db: Db;
  engine: Pick<Engine, 'catalogue' | 'queue' | 'quota' | 'policy' | 'sandbox' | 'nudge' | 'dryRun'>;
  records: Pick<Records, 'observables' | 'evidenceRepo' | 'counters'>;
  objects: ObjectSource;
  objectsRepo: ObjectsRepo;
  payloads: PayloadRepo;
  runsRepo: RunsRepo;
  operations: Pick<OperationsService, 'ofJob'>;
  jobs: Pick<JobsRepo, 'get' | 'engagement'>;
  reports: Pick<ReportsRepo, 'body'>;
  events: EventBus;
  clock: Clock;
  osmiaVersion: string;
}): RespondersService {
  const { db, engine, records, payloads, jobs, clock } = deps;
  const { catalogue, queue } = engine;
  const previews = createPreviews(() => clock.monotonic());

  const toResponder = (flavor: KnownFlavor): Responder => ({
    ...asFlavor(flavor, catalogue.configOf(flavor)),
    takes: OBJECTS.filter((type) => flavor.dataTypes.includes(`thehive:${type}`)),
    artifactTypes: plainTypes(flavor),
    hasDryRun: flavor.responder.hasDryRun,
    takesAttachments: flavor.responder.takesAttachments,
    isOurs: flavor.isOurs,
    parameters: flavor.responder.parameters,
  });

  const find = (id: string, engagementId?: string): KnownFlavor => {
    const flavor = catalogue.find(id, engagementId);
    if (flavor?.isResponder !== true)
      throw new AppError('not_found', `There is no responder named ${id.slice(0, 200)}.`);
    return flavor;
  };

  /** Settings, and with them servers, may be an engagement's own. */
  const inEngagement = (
    id: string,
    { engagementId }: LoadedObject,
  ): { flavor: KnownFlavor; config: EffectiveConfig } => {
    const flavor = find(id, engagementId);
    return { flavor, config: catalogue.configOf(flavor, engagementId) };
  };

  const ask = (
    flavor: KnownFlavor,
    config: EffectiveConfig,
    shown: Pick<ShownObject, 'object' | 'attachments'>,
    policy: PolicyNow,
  ): GateDecision => {
    const { object, attachments } = shown;
    const facts = gateFacts(
      flavor,
      config,
      { dataType: `thehive:${object.ref.type}`, hasFile: false, tlp: object.tlp, pap: object.pap },
      {
        isOffline: jobs.engagement(object.engagementId)?.isOffline ?? true,
        isForcedOffline: false,
        sandbox: engine.sandbox().level,
        policy: policyOfPayload(policy, flavor, object.engagementId, { object: object.json, attachments }),
        override: null,
      },
    );
    const decision = decide(facts);
    if (decision.verdict === 'refuse' || isFit(flavor, object)) return decision;
    const message = `${flavor.name} does not take ${object.dataType ?? object.ref.type}.`;
    const instead = `It takes: ${plainTypes(flavor).join(', ')}.`;
    return { ...decision, verdict: 'refuse', code: 'data_type', message, instead };
  };

  const attach = (flavor: KnownFlavor, caseId: string | null, ids: readonly string[]) => {
    if (ids.length > 0 && !flavor.responder.takesAttachments)
      throw new AppError('invalid_input', `${flavor.name} takes no files.`);
    let bytes = 0;
    const files: { shown: Attachment; sent: SentFile }[] = [];
    for (const evidenceId of new Set(ids)) {
      const evidence = records.evidenceRepo.find(evidenceId);
      const blobId = deps.objectsRepo.blobOf(evidenceId);
      if (evidence === undefined || blobId === undefined)
        throw new AppError('not_found', 'A file that was chosen is not there any more.');
      if (evidence.caseId !== caseId)
        throw new AppError('invalid_input', `${evidence.name} belongs to another case than what it would go with.`);
      bytes += evidence.size;
      if (bytes > MAX_ATTACHED)
        throw new AppError('too_large', `Files of ${MAX_ATTACHED / 2 ** 20} MiB at most can go along.`);
      const { name, size, sha256 } = evidence;
      const { name: sent, contentType } = sentAs(evidence);
      files.push({
        shown: { evidenceId, name, sentAs: sent, size, sha256 },
        sent: { evidenceId, blobId, name: sent, contentType },
      });
    }
    return files;
  };

  /** Everything of input.json but the object itself. */
  const inputOf = (object: LoadedObject, config: EffectiveConfig, parameters: Record<string, unknown>) => ({
    dataType: `thehive:${object.ref.type}`,
    tlp: tlpToNumber(object.tlp),
    pap: papToNumber(object.pap),
    message: '',
    parameters,
    config: config.config,
  });

  /** An object is held to a stricter marking that it got since it was shown. */
  const marked = (object: LoadedObject): LoadedObject => {
    const now = deps.objects.load(object.ref);
    return { ...object, tlp: stricterTlp(object.tlp, now.tlp), pap: stricterPap(object.pap, now.pap) };
  };

  const kept = (id: string): KeptPreview => {
    const found = previews.find(id);
    if (found === undefined)
      throw new AppError('not_found', 'This preview is older than ten minutes. Look at it again.');
    return found;
  };

  const shownAt = ({ shown }: KeptPreview, index: number): ShownObject => {
    const one = shown[index];
    if (one === undefined) throw new AppError('invalid_input', `The preview has no object ${index}.`);
    return one;
  };

  const newJob = (
    flavor: KnownFlavor,
    config: EffectiveConfig,
    { object, text }: ShownObject,
    parameters: Record<string, unknown>,
    decision: GateDecision,
    now: number,
    cost = engine.quota.costOf(flavor, object.engagementId),
  ): NewJob => ({
    ...newJobRow(flavor, cost, decision, { now, zone: clock.zone(), osmiaVersion: deps.osmiaVersion }),
    id: v7(),
    engagement_id: object.engagementId,
    case_id: object.caseId,
    observable_id: object.observableId,
    intake_id: null,
    data_type: `thehive:${object.ref.type}`,
    value: object.value,
    subject_hash: object.subjectHash,
    blob_id: null,
    tlp: object.tlp,
    pap: object.pap,
    parameters: JSON.stringify(parameters),
    // A responder acts: what it did once is no answer to being asked again.
    cache_key: hash('sha256', `${flavor.id}\0${config.configHash}\0${text}\0${now}`),
    kind: 'responder',
    override_reason: null,
    object_type: object.ref.type,
    object_id: object.ref.id,
  });

  const toRun = (row: RunRow): ResponderRun[] => {
    const job = jobs.get(row.jobId);
    if (job === undefined) return [];
    const { object, label, actor, attachments } = row;
    return [
      { job, object, label, actor, attachments, operations: deps.operations.ofJob(row.jobId), said: saidBy(job) },
    ];
  };
  const fullOf = (job: Job): Record<string, unknown> | null =>
    job.reportId === null ? null : (deps.reports.body(job.reportId)?.full ?? null);
  const saidBy = (job: Job): string => {
    const full = fullOf(job);
    if (full === null) return job.reason?.message ?? '';
    const { message } = full;
    return (sentenceOf(full) ?? (typeof message === 'string' ? message : '')).slice(0, 500);
  };

  return {
    list: () => catalogue.responders().map(toResponder),
    for(objects) {
      const loaded = objects.map((ref) => ({
        ref,
        dataType: ref.type === 'case_artifact' ? records.observables.get(ref.id).dataType : null,
      }));
      return catalogue
        .responders()
        .filter((flavor) =>
          loaded.every((one) => flavor.dataTypes.includes(`thehive:${one.ref.type}`) && isFit(flavor, one)),
        )
        .map(toResponder);
    },
    preview(actor, { responderId, objects, evidenceIds, parameters: given }) {
      const common = find(responderId);
      const policy = engine.policy.now();
      const known = new Set(common.responder.parameters.map((one) => one.name));
      const parameters = {
        user: actor,
        ...Object.fromEntries(Object.entries(given).filter(([name]) => known.has(name))),
      };
      const shown: ShownObject[] = [];
      const items: PreviewItem[] = [];
      let total = 0;
      for (const [index, ref] of unique(objects).entries()) {
        const object = deps.objects.load(ref);
        const { flavor, config } = inEngagement(responderId, object);
        const text = JSON.stringify(object.json);
        const bytes = Buffer.byteLength(text);
        total += bytes;
        if (total > MAX_PREVIEW_BYTES)
          throw new AppError('too_large', 'These objects are too large to be looked at together. Choose fewer.');
        const files = attach(flavor, object.caseId, evidenceIds);
        const one = { object, text, attachments: files.map(({ sent }) => sent) };
        const decision = ask(flavor, config, one, policy);
        shown.push({ ...one, basis: basisOf(flavor, config), wasRefused: decision.verdict === 'refuse' });
        items.push({
          index,
          object: ref,
          label: object.label,
          caseId: object.caseId,
          tlp: object.tlp,
          pap: object.pap,
          verdict: decision.verdict === 'refuse' ? 'refused' : decision.verdict === 'wait' ? 'waiting' : 'allowed',
          reason: decision.verdict === 'allow' ? null : { code: decision.code, message: decision.message },
          instead: decision.verdict === 'allow' ? null : decision.instead,
          fields: object.fields,
          objectJson: JSON.stringify(object.json, null, 2),
          bytes,
          attachments: files.map(({ shown: file }) => file),
        });
      }
      const first = shown[0];
      if (first === undefined) throw new AppError('invalid_input', 'Choose what it should run on.');
      const { flavor, config } = inEngagement(responderId, first.object);
      const preview: Preview = {
        id: v7(),
        createdAt: clock.now(),
        responder: toResponder(flavor),
        destination: flavor.isLocal ? '' : destinationOf(flavor),
        settingsJson: redact(JSON.stringify(inputOf(first.object, config, parameters), null, 2), config.secrets),
        items,
      };
      previews.keep({ preview, shown, parameters });
      return preview;
    },
    async dryRun(previewId, index, signal) {
      const found = kept(previewId);
      const shown = shownAt(found, index);
      const { flavor, config } = inEngagement(found.preview.responder.id, shown.object);
      const standing = asFlavor(flavor, config).cannotRun;
      if (standing !== null) return { hasRun: false, isOk: false, messages: [standing.message], full: null };
      if (!flavor.responder.hasDryRun) {
        const messages = [
          'Its settings are complete and it can be started.',
          `${flavor.name} knows no dry run, so Osmia can only show what it would be given.`,
        ];
        return { hasRun: false, isOk: true, messages, full: null };
      }
      const { parameters } = found;
      const input = {
        data: JSON.parse(shown.text) as unknown,
        ...inputOf(shown.object, config, { ...parameters, dryRun: true }),
      };
      const answer = await engine.dryRun(
        flavor,
        config,
        // Nothing can leave, so what forbids leaving does not forbid this; the preview says it.
        (confined) => {
          const facts = ask(confined, config, shown, engine.policy.now()).facts;
          return decide({ ...facts, ceilings: { ...facts.ceilings, checkTlp: false, checkPap: false } });
        },
        input,
        shown.attachments,
        signal,
      );
      return { hasRun: true, isOk: answer.isOk, messages: [answer.message], full: answer.full };
    },
    run(actor, previewId, indexes) {
      const found = kept(previewId);
      const shown = [...new Set(indexes)].map((index) => shownAt(found, index));
      const ids = db
        .transaction(() => {
          const now = clock.now();
          const policy = engine.policy.now();
          return shown.map((one) => {
            // Delivered twice, a confirmation is still one.
            const before = payloads.jobOf(previewId, one.object.ref.id);
            if (before !== undefined) return before;
            const current = { ...one, object: marked(one.object) };
            const { flavor, config } = inEngagement(found.preview.responder.id, one.object);
            const decision = heldTo(one, flavor, config, ask(flavor, config, current, policy));
            const job = newJob(flavor, config, current, found.parameters, decision, now);
            queue.insert(job, decision, waitingFor(decision));
            payloads.insert(job.id, { previewId, object: one.text, actor, attachments: one.attachments });
            if (job.case_id !== null) records.counters.add(job.case_id, 'jobs', 1);
            return job.id;
          });
        })
        .immediate();
      const started = ids.map((id) => jobs.get(id)).filter((job) => job !== undefined);
      for (const job of started) deps.events.publish('job', job.id, job.caseId);
      engine.nudge();
      return started;
    },
    runs({ object, caseId, cursor, limit }) {
      const rows = deps.runsRepo.list({ object, caseId, before: cursor }, limit + 1);
      const items = rows.slice(0, limit);
      return { items: items.flatMap(toRun), next: rows.length > limit ? (items.at(-1)?.jobId ?? null) : null };
    },
    get(jobId) {
      const row = deps.runsRepo.find(jobId);
      const payload = payloads.find(jobId);
      const [run] = row === undefined ? [] : toRun(row);
      if (run === undefined || payload === undefined) throw new AppError('not_found', 'There is no such run.');
      const objectJson = JSON.stringify(JSON.parse(payload.object), null, 2);
      return { ...run, objectJson, full: fullOf(run.job) };
    },
  };
}

/** What somebody reads in a preview besides the object: the program, where it sends to, and its settings. */
const basisOf = (flavor: KnownFlavor, { configHash }: EffectiveConfig): string =>
  JSON.stringify([flavor.sha256, flavor.isLocal, destinationOf(flavor), flavor.card.hosts, configHash]);

/** What was shown is the most that happens: the gate's answer now, or that somebody has to look again. */
function heldTo(
  shown: ShownObject,
  flavor: KnownFlavor,
  config: EffectiveConfig,
  decision: GateDecision,
): GateDecision {
  if (decision.verdict === 'refuse') return decision;
  const isSame = shown.basis === basisOf(flavor, config);
  if (isSame && !shown.wasRefused) return decision;
  const message = isSame
    ? 'It was refused when it was shown. That is not so any more, but nobody was shown that it would run.'
    : `${flavor.name}, its settings or where it sends to have changed since they were shown.`;
  const instead = 'Look at the preview again.';
  return { ...decision, verdict: 'refuse', code: 'changed', message, instead, refusals: [] };
}

const OBJECTS = ['case', 'case_task', 'case_task_log', 'case_artifact', 'alert'] as const;

/** Data types that a responder narrows observables to; empty is "any". */
const plainTypes = (flavor: KnownFlavor): string[] => flavor.dataTypes.filter((type) => !type.startsWith('thehive:'));

function isFit(flavor: KnownFlavor, object: { dataType: string | null }): boolean {
  const types = plainTypes(flavor);
  return object.dataType === null || types.length === 0 || types.includes(object.dataType);
}

function unique(objects: readonly ObjectRef[]): ObjectRef[] {
  return [...new Map(objects.map((ref) => [`${ref.type}/${ref.id}`, ref])).values()];
}
