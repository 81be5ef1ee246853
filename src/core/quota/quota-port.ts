import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { RateHints } from './rate-hints.ts';

/** What the ledger has to know of a job. */
export interface QuotaJob {
  id: string;
  /** Null: it has no budget (what stays here), and everything below says yes and writes nothing. */
  quota_key: string | null;
  quota_units: number;
  engagement_id: string;
}

export type Reservation = { isReserved: true } | { isReserved: false; until: number | null; message: string };

/**
 * What the engine asks of the quota ledger. Every method runs inside the caller's transaction where there is one, and
 * takes the caller's `now` (UTC milliseconds).
 */
export interface QuotaGate {
  /** The budget key and units of a flavor in an engagement; null for what has no budget. */
  costOf(flavor: KnownFlavor, engagementId: string): { key: string; units: number } | null;
  /**
   * Reserves, or says until when (null = unknown) and why not. Idempotent: a job that holds a reservation keeps that
   * one, and takes no second.
   */
  reserve(job: QuotaJob, now: number): Reservation;
  /** It ran, or may have: its units are spent. Nothing happens where it holds none. */
  settle(jobId: string, now: number): void;
  /** Its process never started: its units come back. Nothing happens where it holds none. */
  release(jobId: string, now: number): void;
  /** What a report or a failure said about limits (429, Retry-After, X-RateLimit-*, RateLimit). */
  learn(job: Pick<QuotaJob, 'id' | 'quota_key'>, hints: RateHints, now: number): void;
  /** When waiting jobs of this key may be tried again; undefined when now. */
  freeAt(key: string, engagementId: string, now: number): number | undefined;
  /**
   * At start, in the transaction that takes up interrupted jobs and before their state is changed: a reservation whose
   * job is `running` may have been used and is settled, every other one never started and is released.
   */
  recover(now: number): { settled: number; released: number };
}
