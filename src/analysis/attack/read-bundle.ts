import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isTechniqueId } from '../../shared/model/technique-id.ts';
import { type ByteSource, readRange } from '../byte-source.ts';
import { createObjectCutter } from './json-objects.ts';

/** What a STIX bundle of ATT&CK says of tactics and techniques. */
export interface AttackData {
  name: string;
  version: string;
  /** Copyright and terms, as the file states them. */
  notice: string;
  sha256: string;
  tactics: { shortName: string; id: string; name: string; position: number }[];
  techniques: {
    id: string;
    name: string;
    tactics: string[];
    platforms: string[];
    description: string;
    url: string;
    isOld: boolean;
  }[];
}

/** MITRE's largest bundle is about 50 MB. */
export const MAX_BUNDLE_BYTES = 256 * 2 ** 20;
const PIECE = 2 ** 20;
const MAX_OBJECT = 2 ** 20;
const MAX_TECHNIQUES = 10_000;
const MAX_TACTICS = 200;
const MAX_DESCRIPTION = 4_000;
const MAX_NOTICE = 4_000;

const References = z
  .array(
    z.object({ source_name: z.string(), external_id: z.string().optional(), url: z.string().optional() }).partial(),
  )
  .catch([]);
const text = (most: number) =>
  z
    .string()
    .catch('')
    .transform((value) => value.slice(0, most));
const texts = z
  .array(z.string())
  .catch([])
  .transform((values) => values.slice(0, 50).map((value) => value.slice(0, 100)));

const StixObject = z.object({
  type: z.string(),
  id: text(200),
  name: text(300),
  description: text(MAX_DESCRIPTION),
  external_references: References,
  kill_chain_phases: z.array(z.object({ kill_chain_name: text(60), phase_name: text(60) })).catch([]),
  x_mitre_shortname: text(60),
  x_mitre_platforms: texts,
  x_mitre_deprecated: z.boolean().catch(false),
  revoked: z.boolean().catch(false),
  x_mitre_version: text(40),
  tactic_refs: texts,
  definition: z.object({ statement: z.string() }).partial().catch({}),
});
type StixObject = z.infer<typeof StixObject>;

const MITRE_SOURCES = /^mitre-(?:mobile-|ics-)?attack$/;

/**
 * Reads MITRE's STIX 2 bundle a piece at a time. Throws with a sentence for what is no such bundle; one strange object is
 * passed over. Time and memory follow from the file's size and the limits above, never from what is nested in it.
 */
export async function readAttackBundle(source: ByteSource): Promise<AttackData> {
  if (source.size > MAX_BUNDLE_BYTES) throw new Error('The file is over 256 MiB; no ATT&CK bundle is that large.');
  const found = { tactics: new Map<string, StixObject>(), techniques: [] as StixObject[], order: [] as string[] };
  const statements: string[] = [];
  let [name, version, objects] = ['', '', 0];
  const take = (json: string): void => {
    objects += 1;
    const parsed = StixObject.safeParse(safeJson(json));
    if (!parsed.success) return;
    const each = parsed.data;
    if (each.type === 'x-mitre-tactic' && found.tactics.size < MAX_TACTICS) found.tactics.set(each.id, each);
    else if (each.type === 'attack-pattern') {
      if (found.techniques.length >= MAX_TECHNIQUES)
        throw new Error(`The file holds over ${MAX_TECHNIQUES} techniques.`);
      found.techniques.push(each);
    } else if (each.type === 'x-mitre-matrix' && found.order.length === 0) found.order = each.tactic_refs;
    else if (each.type === 'x-mitre-collection') [name, version] = [each.name, each.x_mitre_version];
    else if (each.type === 'marking-definition' && statements.length < 5) {
      const statement = each.definition.statement;
      if (statement !== undefined && statement !== '') statements.push(statement);
    }
  };
  const cutter = createObjectCutter('objects', MAX_OBJECT, take);
  const digest = createHash('sha256');
  for (let offset = 0; offset < source.size; offset += PIECE) {
    // oxlint-disable-next-line no-await-in-loop -- a piece at a time is the point
    const bytes = await readRange(source, offset, PIECE);
    digest.update(bytes);
    cutter.push(bytes);
  }
  const techniques = found.techniques.flatMap(techniqueOf);
  if (techniques.length === 0)
    throw new Error(
      objects === 0
        ? 'This is no STIX bundle: it has no list of objects.'
        : 'This STIX bundle holds no ATT&CK techniques. Choose enterprise-attack.json (or mobile, or ics) of MITRE.',
    );
  if (!cutter.isWhole) throw new Error('The file is cut off: fetch it again.');
  const seen = new Set<string>();
  return {
    name: name === '' ? 'ATT&CK' : name,
    version,
    notice: statements.join('\n').slice(0, MAX_NOTICE),
    sha256: digest.digest('hex'),
    tactics: tacticsOf(found.tactics, found.order),
    techniques: techniques.filter(({ id }) => !seen.has(id) && seen.add(id)).sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

function safeJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function techniqueOf(each: StixObject): AttackData['techniques'] {
  const reference = each.external_references.find(
    ({ source_name, external_id }) => MITRE_SOURCES.test(source_name ?? '') && isTechniqueId(external_id ?? ''),
  );
  const id = reference?.external_id;
  if (id === undefined || each.name === '') return [];
  return [
    {
      id,
      name: each.name,
      tactics: [
        ...new Set(each.kill_chain_phases.map((phase) => phase.phase_name).filter((phase) => phase !== '')),
      ].slice(0, 20),
      platforms: each.x_mitre_platforms,
      description: each.description,
      url: (reference?.url ?? '').slice(0, 500),
      isOld: each.revoked || each.x_mitre_deprecated,
    },
  ];
}

/** In the order of the matrix; those it does not name come last. */
function tacticsOf(tactics: ReadonlyMap<string, StixObject>, order: readonly string[]): AttackData['tactics'] {
  const place = (id: string): number => {
    const at = order.indexOf(id);
    return at < 0 ? order.length : at;
  };
  return [...tactics.values()]
    .filter((each) => each.x_mitre_shortname !== '' && !each.revoked && !each.x_mitre_deprecated)
    .sort((a, b) => place(a.id) - place(b.id))
    .map((each, position) => ({
      shortName: each.x_mitre_shortname,
      id:
        each.external_references
          .find(({ source_name }) => MITRE_SOURCES.test(source_name ?? ''))
          ?.external_id?.slice(0, 20) ?? '',
      name: each.name,
      position,
    }));
}
