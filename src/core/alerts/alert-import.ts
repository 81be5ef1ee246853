import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Case } from '../../shared/contract/entities.ts';
import { AppError } from '../../shared/errors.ts';
import { stricterPap, stricterTlp } from '../../shared/model/marking.ts';
import type { TemplateApplier } from '../case-templates/apply-template.ts';
import type { CaseTemplatesService } from '../case-templates/case-templates.service.ts';
import type { CasesService } from '../cases/cases.service.ts';
import type { CustomFieldsService } from '../custom-fields/custom-fields.service.ts';
import type { EventBus } from '../events/bus.ts';
import { type EvidenceDeps, keepEvidence } from '../observables/keep-evidence.ts';
import type { NewObservable, ObservablesService } from '../observables/observables.service.ts';
import type { ChangeMeta } from '../sync/synced-store.ts';
import type { AlertObservablesRepo, StoredAlertObservable } from './alert-observables.repo.ts';
import type { Alert, AlertsRepo } from './alerts.repo.ts';

interface Imported {
  /** What could not be done as the alert wanted it, in words. */
  note: string | null;
  case: Case;
  added: number;
  alreadyThere: number;
}

export interface AlertImportService {
  /** One new case of one or several alerts. `conflict` where one of them is in a case already. */
  createCase(
    actor: string,
    ids: readonly string[],
    options: { title?: string | undefined; caseTemplate?: string | undefined },
  ): Promise<Imported>;
  /** Into a case of the same engagement. `conflict` where one of them is in a case already. */
  merge(actor: string, ids: readonly string[], caseId: string): Promise<Imported>;
  /** Out of their cases again; how many alerts left one, and how many observables went to the trash with them. */
  detach(actor: string, ids: readonly string[]): { changed: number; removed: number };
  /** What an update of a followed alert brought goes to its case, which is opened again where it was closed. */
  addToCase(meta: ChangeMeta, alert: Alert, caseId: string, only: ReadonlySet<string>): Promise<void>;
}

/** Up to this many steps an import is one transaction; beyond it, groups leave room for other calls. */
const ONE_TRANSACTION = 1_000;
const GROUP = 100;
const MAX_DESCRIPTION = 1_000_000;

export function createAlertImport(
  deps: EvidenceDeps & {
    repo: AlertsRepo;
    observablesRepo: AlertObservablesRepo;
    cases: CasesService;
    observables: ObservablesService;
    customFields: Pick<CustomFieldsService, 'values' | 'valueOf' | 'set'>;
    applier: Pick<TemplateApplier, 'openCase'>;
    templates: Pick<CaseTemplatesService, 'getByName'>;
    events: EventBus;
  },
): AlertImportService {
  const { repo, observablesRepo, cases, observables, customFields, applier, templates, store, events, clock } = deps;

  const loadFree = (ids: readonly string[]): Alert[] => {
    const alerts = [...new Set(ids)].map((id) => {
      const alert = repo.find(id);
      if (!alert || alert.deletedAt !== null) {
        throw new AppError('not_found', 'One of these alerts is not in this workspace, or is in the trash.');
      }
      return alert;
    });
    const taken = alerts.find(({ liveCaseId }) => liveCaseId !== null);
    if (taken) {
      const number = cases.get(taken.liveCaseId ?? '').number;
      throw new AppError('conflict', `“${taken.title}” is in case #${number} already. Detach it there first.`);
    }
    if (new Set(alerts.map(({ engagementId }) => engagementId)).size > 1) {
      throw new AppError('invalid_input', 'These alerts belong to several engagements. Import those of one at a time.');
    }
    return alerts.sort((a, b) => a.date - b.date);
  };

  /** The template that somebody chose must be there; one that an alert names may have been written elsewhere. */
  const templateFor = (
    alerts: readonly Alert[],
    chosen: string | undefined,
  ): { templateId?: string; note: string | null } => {
    if (chosen === '') return { note: null };
    if (chosen !== undefined) return { templateId: templates.getByName(chosen).id, note: null };
    const wanted = alerts.find(({ caseTemplate }) => caseTemplate !== '')?.caseTemplate;
    if (wanted === undefined) return { note: null };
    try {
      return { templateId: templates.getByName(wanted).id, note: null };
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
      return { note: `The alert names the template “${wanted}”, which is not in this workspace: the case has none.` };
    }
  };

  /** One observable into the case; what is there already takes over tags and marks (TheHive #1014, #1273). */
  const addOne = (caseRow: Case, alert: Alert, row: StoredAlertObservable, meta: ChangeMeta): boolean => {
    const item = toObservable(deps, caseRow, alert, row, meta);
    const { id, isNew } = observables.addInTransaction(caseRow, item, meta);
    if (!isNew) {
      const there = observables.get(id);
      store.update(
        'observable',
        id,
        {
          tags: [...new Set([...there.tags, ...item.tags])],
          isIoc: there.isIoc || item.isIoc,
          isSighted: there.isSighted || item.isSighted,
          tlp: stricterTlp(there.tlp, item.tlp),
          pap: stricterPap(there.pap, item.pap),
        },
        meta,
      );
    }
    store.update('alertObservable', row.id, { observableId: id, isOwn: isNew }, meta);
    return isNew;
  };

  const run = async (steps: readonly (() => void)[], meta: Pick<ChangeMeta, 'txnId'> = {}): Promise<void> => {
    const size = steps.length > ONE_TRANSACTION ? GROUP : steps.length;
    for (let at = 0; at < steps.length; at += size) {
      if (at > 0) await nextTurn();
      store.transaction(meta, () => {
        for (const step of steps.slice(at, at + size)) step();
      });
    }
  };

  /** All observables first, then what ties alert and case: cut off in between, the alert is free and can be imported again. */
  const bring = async (
    alerts: readonly Alert[],
    open: () => Case,
    finish: (alert: Alert, caseRow: Case, meta: ChangeMeta) => void,
    actor: string,
  ): Promise<Imported> => {
    let caseRow: Case | undefined;
    const target = (): Case => (caseRow ??= open());
    const newIds: string[] = [];
    let alreadyThere = 0;
    const metaOf = (alert: Alert): ChangeMeta => ({
      actor,
      reason: `alert ${alert.source} ${alert.sourceRef}`.slice(0, 300),
      engagementId: alert.engagementId,
      caseId: target().id,
    });
    const steps = alerts.flatMap((alert) => [
      ...observablesRepo.all(alert.id).map((row) => (): void => {
        if (addOne(target(), alert, row, metaOf(alert))) newIds.push(row.id);
        else alreadyThere += 1;
      }),
      (): void => finish(alert, target(), metaOf(alert)),
    ]);
    await run([() => void target(), ...steps]);
    const { id } = target();
    for (const alert of alerts) events.publish('alert', alert.id, id);
    events.publish('observable', id, id);
    events.publish('evidence', id, id);
    events.publish('case', id, id);
    return { note: null, case: cases.get(id), added: newIds.length, alreadyThere };
  };

  const link = (alert: Alert, caseId: string, record: Alert['import'], meta: ChangeMeta): void => {
    const read = { isRead: true, isUpdated: false };
    store.update('alert', alert.id, { ...read, caseId, import: record, importedAt: clock.now() }, meta);
    for (const { name, type, value } of customFields.values('alert', alert.id)) {
      if (value === null || customFields.valueOf('case', caseId, name) !== undefined) continue;
      customFields.set(meta, { owner: 'case', ownerId: caseId, name }, type, value);
    }
  };

  return {
    async createCase(actor, ids, options) {
      const alerts = loadFree(ids);
      const first = alerts[0];
      if (!first) throw new AppError('invalid_input', 'Choose an alert.');
      const { templateId, note } = templateFor(alerts, options.caseTemplate);
      const open = (): Case => {
        const made = applier.openCase(actor, {
          engagementId: first.engagementId,
          title: (options.title ?? first.title).slice(0, 500),
          description: describe(alerts),
          severity: Math.max(...alerts.map(({ severity }) => severity)),
          tlp: alerts.map(({ tlp }) => tlp).reduce(stricterTlp),
          pap: alerts.map(({ pap }) => pap).reduce(stricterPap),
          tags: [...new Set(alerts.flatMap(({ tags }) => tags))],
          ...(templateId === undefined ? {} : { templateId }),
        });
        // The case began when the first of it happened, not when it was imported (TheHive #320).
        return cases.update(actor, made.id, { startAt: first.date });
      };
      const made = await bring(
        alerts,
        open,
        (alert, caseRow, meta) => link(alert, caseRow.id, { kind: 'new', section: '', tags: [] }, meta),
        actor,
      );
      return { ...made, note };
    },
    async merge(actor, ids, caseId) {
      const alerts = loadFree(ids);
      const target = cases.get(caseId);
      if (alerts.some(({ engagementId }) => engagementId !== target.engagementId)) {
        throw new AppError('invalid_input', 'That case belongs to another engagement than the alert.');
      }
      return bring(
        alerts,
        () => target,
        (alert, _target, meta) => {
          const now = cases.get(caseId);
          const section = mergedSection(alert);
          const tags = alert.tags.filter((tag) => !now.tags.includes(tag));
          const description = now.description === '' ? section : `${now.description}\n\n${section}`;
          if (description.length > MAX_DESCRIPTION) {
            throw new AppError('invalid_input', 'The description of that case would be over a million characters.');
          }
          cases.update(
            actor,
            caseId,
            {
              description,
              tags: [...now.tags, ...tags],
              // What the alert says stands in the case now, so the case is as strict as the alert.
              tlp: stricterTlp(now.tlp, alert.tlp),
              pap: stricterPap(now.pap, alert.pap),
            },
            meta.reason,
          );
          link(alert, caseId, { kind: 'merged', section, tags }, meta);
        },
        actor,
      );
    },
    detach(actor, ids) {
      let changed = 0;
      let removed = 0;
      store.transaction({}, () => {
        for (const id of new Set(ids)) {
          const alert = repo.find(id);
          if (!alert || alert.liveCaseId === null || alert.deletedAt !== null) continue;
          const caseId = alert.liveCaseId;
          const meta = { actor, reason: 'alert detached', engagementId: alert.engagementId, caseId };
          if (alert.import?.kind === 'merged') {
            takeBackText(alert, caseId, actor);
            removed += takeBackObservables(alert, caseId, meta);
          }
          for (const row of observablesRepo.all(id)) {
            if (row.observableId !== null) {
              store.update('alertObservable', row.id, { observableId: null, isOwn: false }, meta);
            }
          }
          const free = { caseId: null, import: null, importedAt: null };
          store.update('alert', id, { ...free, isRead: false, isUpdated: false }, meta);
          changed += 1;
          events.publish('alert', id, caseId);
          events.publish('observable', caseId, caseId);
          events.publish('case', caseId, caseId);
        }
      });
      return { changed, removed };
    },
    async addToCase(meta, alert, caseId, only) {
      const rows = observablesRepo.all(alert.id).filter(({ id }) => only.has(id));
      const said = `alert ${alert.sourceRef} brought ${rows.length} new observables`;
      const where = { ...meta, reason: said.slice(0, 300), engagementId: alert.engagementId, caseId };
      const reopen = (): void => {
        if (cases.get(caseId).status !== 'resolved') return;
        cases.update(meta.actor, caseId, { status: 'in_progress' }, `${said}: opened again`);
      };
      const caseRow = cases.get(caseId);
      await run([...rows.map((row) => () => void addOne(caseRow, alert, row, where)), reopen], where);
      events.publish('observable', caseId, caseId);
      events.publish('case', caseId, caseId);
    },
  };

  function takeBackText(alert: Alert, caseId: string, actor: string): void {
    const { section = '', tags = [] } = alert.import ?? {};
    const now = cases.get(caseId);
    const at = section === '' ? -1 : now.description.lastIndexOf(section);
    // Somebody may have written on in it: then it stays.
    const description =
      at < 0
        ? now.description
        : `${now.description.slice(0, at).trimEnd()}${now.description.slice(at + section.length)}`;
    cases.update(
      actor,
      caseId,
      { description, tags: now.tags.filter((tag) => !tags.includes(tag)) },
      `alert ${alert.sourceRef} detached`.slice(0, 300),
    );
  }

  /** Only what this alert brought and no other alert of the case brings as well. */
  function takeBackObservables(alert: Alert, caseId: string, meta: ChangeMeta): number {
    let removed = 0;
    for (const { observableId, isOwn } of observablesRepo.all(alert.id)) {
      if (observableId === null || !isOwn || observablesRepo.othersOf(observableId, alert.id) > 0) continue;
      if (!observablesRepo.liesIn(observableId, caseId)) continue;
      if (store.update('observable', observableId, { deletedAt: clock.now() }, meta)) removed += 1;
    }
    return removed;
  }
}

const mergedSection = ({ sourceRef, title, description }: Alert): string =>
  `#### Merged with alert #${sourceRef} ${oneLine(title)}\n\n${description}`.trimEnd();

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

const describe = (alerts: readonly Alert[]): string =>
  (alerts.length === 1
    ? (alerts[0]?.description ?? '')
    : alerts
        .map(({ sourceRef, title, description }) => `#### Alert #${sourceRef} ${oneLine(title)}\n\n${description}`)
        .join('\n\n')
  ).slice(0, MAX_DESCRIPTION);

function toObservable(
  deps: EvidenceDeps,
  caseRow: Case,
  alert: Alert,
  row: StoredAlertObservable,
  meta: ChangeMeta,
): NewObservable {
  const facts = {
    dataType: row.dataType,
    value: row.value,
    tlp: row.tlp,
    pap: alert.pap,
    tags: [...new Set([...row.tags, `src:${alert.type}`.slice(0, 200)])],
    // Where it came from stays with it: what was imported can be told from what was found here.
    marks: [...row.marks, `alert:${alert.type}`.slice(0, 200)],
    isIoc: row.isIoc,
    isSighted: row.isSighted,
    message: row.message,
    places: [],
  };
  if (row.blobId === null) return facts;
  const { blobId, value: name, mediaType } = row;
  const blob = { blobId, name, mediaType, typeLabel: '', intakeId: null, sourceJobId: null };
  const evidenceId = keepEvidence(deps, caseRow.id, blob, meta);
  return { ...facts, file: { evidenceId, sha256: row.subjectHash } };
}
