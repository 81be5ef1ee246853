import type { Db } from '../db/open.ts';

export interface SettingsRepo {
  find(name: string): string | undefined;
  put(name: string, value: string): void;
}

/** Settings of this workspace on this device; they are not shared. */
export function createSettingsRepo(db: Db): SettingsRepo {
  const find = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE key = ?');
  const put = db.prepare<[string, string]>(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  return {
    find: (name) => find.get(`setting.${name}`)?.value,
    put(name, value) {
      put.run(`setting.${name}`, value);
    },
  };
}
