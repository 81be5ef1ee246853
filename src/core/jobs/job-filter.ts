import { JOB_STATUSES, type JobStatus, type WaitingKind } from '../../shared/contract/entities.ts';

export interface JobFilter {
  caseId?: string | undefined;
  engagementId?: string | undefined;
  observableId?: string | undefined;
  intakeId?: string | undefined;
  sha256?: string | undefined;
  statuses?: readonly JobStatus[] | undefined;
  waitingFor?: readonly WaitingKind[] | undefined;
  service?: string | undefined;
  flavorId?: string | undefined;
}

/** Services that take nothing now by a rule of the user, by the kind of the rule. */
export interface ClosedServices {
  pause: readonly string[];
  time: readonly string[];
}

/** `sql` selects ids (as `id`) of one range of an index, and can be ordered by id without a sort. */
interface Arm {
  sql: string;
  values: string[];
}

const list = (count: number): string => Array.from({ length: count }, () => '?').join(', ');

/**
 * A filter as a union of ranges, each in the order of ids: a page of a million jobs reads a page, not a million. Texts are
 * built from fixed pieces; values are always bound.
 */
export function armsOf(filter: JobFilter, closed: ClosedServices, only?: readonly JobStatus[]): Arm[] {
  const common: string[] = [];
  const values: string[] = [];
  const add = (term: string, value: string | undefined): void => {
    if (value === undefined) return;
    common.push(term);
    values.push(value);
  };
  add('j.case_id = ?', filter.caseId);
  add('j.engagement_id = ?', filter.engagementId);
  add('j.observable_id = ?', filter.observableId);
  add('j.intake_id = ?', filter.intakeId);
  add('j.subject_hash = ?', filter.sha256);
  // The second half lets the index of services be used, which leaves out what stays here.
  add(filter.service === '' ? 'j.service = ?' : `j.service = ? AND j.service <> ''`, filter.service);
  add('j.flavor_id = ?', filter.flavorId);
  const arm = (from: string, terms: readonly string[], own: readonly string[]): Arm => {
    const where = [...terms, ...common];
    const id = from === 'job j' ? 'j.id' : 'w.job_id';
    return {
      sql: `SELECT ${id} AS id FROM ${from}${where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`}`,
      values: [...own, ...values],
    };
  };
  const allowed = (status: JobStatus): boolean => only === undefined || only.includes(status);

  const { statuses, waitingFor } = filter;
  const isNarrow = filter.observableId !== undefined || filter.intakeId !== undefined || filter.sha256 !== undefined;
  const arms: Arm[] = [];
  if (statuses !== undefined || waitingFor === undefined) {
    const wanted = (statuses ?? JOB_STATUSES).filter(allowed);
    const isAll = wanted.length === JOB_STATUSES.length;
    if (isAll && filter.caseId === undefined) arms.push(arm('job j', [], []));
    // Few jobs: one range, filtered.
    else if (isNarrow && wanted.length > 0) arms.push(arm('job j', [`j.status IN (${list(wanted.length)})`], wanted));
    else for (const status of new Set(wanted)) arms.push(arm('job j', ['j.status = ?'], [status]));
  }
  const shut = [...closed.pause, ...closed.time];
  for (const kind of new Set(waitingFor)) {
    if (kind === 'slot' && allowed('queued')) {
      const open = shut.length === 0 ? [] : [`j.service NOT IN (${list(shut.length)})`];
      arms.push(arm('job j', [`j.status = 'queued'`, ...open], shut));
    }
    if ((kind === 'pause' || kind === 'time') && allowed('queued') && closed[kind].length > 0) {
      const services = closed[kind];
      arms.push(arm('job j', [`j.status = 'queued'`, `j.service IN (${list(services.length)})`], [...services]));
    }
    if (kind !== 'slot' && kind !== 'pause' && allowed('waiting')) {
      arms.push(
        arm('waiting_reason w CROSS JOIN job j ON j.id = w.job_id', ['w.kind = ?', `j.status = 'waiting'`], [kind]),
      );
    }
  }
  return arms;
}
