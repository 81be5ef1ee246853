import { deflateSync, inflateSync } from 'node:zlib';
import type { PartText } from '../../analysis/inspection.ts';
import type { Db } from '../db/open.ts';

/** What an inspection read, kept so that the file can be searched when it becomes evidence. */
export interface IntakeTexts {
  /** In place of what was there. */
  put(intakeId: string, texts: readonly PartText[]): void;
  of(intakeId: string): PartText[];
  find(intakeId: string, part: string): string | undefined;
}

/** The text in UTF-8 has at most this many bytes; more means a damaged row. */
const MAX_BYTES = 4 * 2 ** 20;
const unpack = (body: Buffer): string => inflateSync(body, { maxOutputLength: MAX_BYTES }).toString('utf8');

export function createIntakeTexts(db: Db): IntakeTexts {
  const clear = db.prepare<[string]>('DELETE FROM intake_text WHERE intake_id = ?');
  const insert = db.prepare<[string, string, Buffer]>(
    'INSERT OR REPLACE INTO intake_text (intake_id, part, body) VALUES (?, ?, ?)',
  );
  const all = db.prepare<[string], { part: string; body: Buffer }>(
    'SELECT part, body FROM intake_text WHERE intake_id = ?',
  );
  const one = db
    .prepare<[string, string], Buffer>('SELECT body FROM intake_text WHERE intake_id = ? AND part = ?')
    .pluck();
  const write = db.transaction((intakeId: string, packed: readonly { part: string; body: Buffer }[]) => {
    clear.run(intakeId);
    for (const { part, body } of packed) insert.run(intakeId, part, body);
  });
  return {
    put(intakeId, texts) {
      // Packed before the transaction, which must not wait for it.
      const packed = texts.map(({ part, body }) => ({ part, body: deflateSync(body) }));
      write.immediate(intakeId, packed);
    },
    of: (intakeId) => all.all(intakeId).map(({ part, body }) => ({ part, body: unpack(body) })),
    find(intakeId, part) {
      const body = one.get(intakeId, part);
      return body && unpack(body);
    },
  };
}
