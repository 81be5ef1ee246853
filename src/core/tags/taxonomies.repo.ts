import type { Taxonomy } from '../../shared/contract/tags.ts';
import { foldTag, parseTag } from '../../shared/model/tag.ts';
import type { TaxonomyEntry } from '../../shared/model/taxonomy-file.ts';
import type { Db } from '../db/open.ts';

export interface KnownTag {
  tag: string;
  colour: string | null;
  label: string;
  namespace: string;
}

export interface TaxonomiesRepo {
  list(): Taxonomy[];
  find(id: string): Taxonomy | undefined;
  /** Also one in the trash. */
  findNamespace(namespace: string): { id: string; isDeleted: boolean } | undefined;
  /** Writes down what the tags of one that is switched on are found by; an empty list forgets it. */
  keepTags(id: string, entries: readonly TaxonomyEntry[]): void;
  /** Tags of which a word starts so. */
  startingWith(word: string, limit: number): KnownTag[];
  /** By the whole tag, however it is spelled. */
  known(folded: string): KnownTag | undefined;
}

const LAST = '\u{10FFFF}';
const MAX_WORDS = 12;

interface Row {
  id: string;
  namespace: string;
  description: string;
  version: number;
  is_enabled: number;
  tags: number;
  updated_at: number;
}

export function createTaxonomiesRepo(db: Db): TaxonomiesRepo {
  const select = `SELECT id, namespace, description, version, is_enabled, json_array_length(entries) AS tags, updated_at
    FROM taxonomy WHERE deleted_at IS NULL`;
  const all = db.prepare<[], Row>(`${select} ORDER BY namespace COLLATE NOCASE, id LIMIT 2000`);
  const one = db.prepare<[string], Row>(`${select} AND id = ?`);
  const byNamespace = db.prepare<[string], { id: string; deleted_at: number | null }>(
    'SELECT id, deleted_at FROM taxonomy WHERE namespace = ? ORDER BY deleted_at IS NOT NULL, updated_at DESC LIMIT 1',
  );
  const forgetTags = db.prepare('DELETE FROM taxonomy_tag WHERE taxonomy_id = ?');
  const forgetWords = db.prepare('DELETE FROM taxonomy_word WHERE taxonomy_id = ?');
  const putTag = db.prepare(
    'INSERT INTO taxonomy_tag (taxonomy_id, position, tag, folded, colour, label) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const putWord = db.prepare(
    'INSERT INTO taxonomy_word (word, taxonomy_id, position) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const columns = 't.tag, t.colour, t.label, x.namespace';
  const byWord = db.prepare<[string, string, number], KnownTag>(
    `SELECT ${columns} FROM taxonomy_word w
     JOIN taxonomy_tag t ON t.taxonomy_id = w.taxonomy_id AND t.position = w.position
     JOIN taxonomy x ON x.id = t.taxonomy_id
     WHERE w.word >= ? AND w.word < ? ORDER BY w.word LIMIT ?`,
  );
  const byTag = db.prepare<[string], KnownTag>(
    `SELECT ${columns} FROM taxonomy_tag t JOIN taxonomy x ON x.id = t.taxonomy_id WHERE t.folded = ? LIMIT 1`,
  );
  return {
    list: () => all.all().map(fromRow),
    find(id) {
      const row = one.get(id);
      return row && fromRow(row);
    },
    findNamespace(namespace) {
      const row = byNamespace.get(namespace);
      return row && { id: row.id, isDeleted: row.deleted_at !== null };
    },
    keepTags(id, entries) {
      forgetTags.run(id);
      forgetWords.run(id);
      entries.forEach(({ tag, colour, label }, position) => {
        putTag.run(id, position, tag, foldTag(tag), colour, label);
        for (const word of wordsOf(tag, label)) putWord.run(word, id, position);
      });
    },
    startingWith: (word, limit) => byWord.all(word, `${word}${LAST}`, limit),
    known: (folded) => byTag.get(folded),
  };
}

/** The whole tag, its predicate and value, and the words of its meaning: people remember any of them. */
function wordsOf(tag: string, label: string): Set<string> {
  const parts = parseTag(tag);
  const words = new Set([foldTag(tag)]);
  if (parts !== undefined) {
    words.add(foldTag(parts.predicate));
    if (parts.value !== null) words.add(foldTag(parts.value));
  }
  for (const word of foldTag(label).split(/[^\p{L}\p{N}]+/u)) {
    if (words.size >= MAX_WORDS) break;
    if (word.length > 3) words.add(word);
  }
  return words;
}

const fromRow = (row: Row): Taxonomy => ({
  id: row.id,
  namespace: row.namespace,
  description: row.description,
  version: row.version,
  isEnabled: row.is_enabled === 1,
  tags: row.tags,
  updatedAt: row.updated_at,
});
