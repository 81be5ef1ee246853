import type { PolicyFacts, PolicyFlavor, PolicyNow } from '../policy/policy.ts';

/** Longer texts are looked at in pieces that overlap, so that nothing hides across a cut. In characters. */
const PIECE = 60_000;
const OVERLAP = 1_000;

/**
 * What the policy says of everything that goes along: each text of the object, wherever it stands, and each file. The
 * first value that never leaves decides.
 */
export function policyOfPayload(
  policy: PolicyNow,
  flavor: PolicyFlavor,
  engagementId: string,
  payload: { object: unknown; attachments: readonly { name: string; blobId: string }[] },
): PolicyFacts {
  let facts = policy.factsOf(flavor, { engagementId, dataType: 'other', value: '', blobId: null });
  const isStopped = (dataType: string, value: string, blobId: string | null): boolean => {
    facts = policy.factsOf(flavor, { engagementId, dataType, value, blobId });
    return facts.never !== null;
  };
  for (const { name, blobId } of payload.attachments) if (isStopped('file', name, blobId)) return facts;
  for (const { value, dataType } of textsOf(payload.object)) {
    for (let at = 0; at === 0 || at < value.length - OVERLAP; at += PIECE - OVERLAP)
      if (isStopped(dataType, value.slice(at, at + PIECE), null)) return facts;
  }
  return facts;
}

/** Every text of an object; the value of an observable comes with its type. Without recursion: the depth is not ours. */
function* textsOf(root: unknown): Generator<{ value: string; dataType: string }> {
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === 'string') yield { value, dataType: 'other' };
    else if (Array.isArray(value)) open.push(...(value as unknown[]).filter(isSomething));
    else if (typeof value === 'object' && value !== null) {
      const { data, dataType } = value as { data?: unknown; dataType?: unknown };
      if (typeof data === 'string' && typeof dataType === 'string') yield { value: data, dataType };
      const { attachment } = value as { attachment?: { hashes?: unknown } | null };
      if (Array.isArray(attachment?.hashes))
        for (const hash of attachment.hashes) yield { value: String(hash), dataType: 'hash' };
      open.push(...Object.keys(value), ...Object.values(value).filter(isSomething));
    }
  }
}

const isSomething = (value: unknown): boolean => value !== undefined && value !== null;
