import type { WireError } from '../errors.ts';

/** Everything that crosses a port. Values are JSON only: no Date, Map or bytes. */
export type Frame =
  | { t: 'hello'; contract: number; app: string; capabilities: string[] }
  /** `group` names what the call changes, so that it can be undone: a UUID of the client's choice. */
  | { t: 'req'; id: number; name: string; input: unknown; group?: string }
  | { t: 'cancel'; id: number }
  | { t: 'ok'; id: number; output: unknown }
  | { t: 'item'; id: number; value: unknown }
  | { t: 'end'; id: number }
  | { t: 'err'; id: number; error: WireError };

/** Raised when a call's shape changes so that an older client would misread it. */
export const CONTRACT_VERSION = 1;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function parseRequest(id: number, { name, input, group }: Record<string, unknown>): Frame | undefined {
  if (typeof name !== 'string') return undefined;
  if (group === undefined) return { t: 'req', id, name, input };
  return typeof group === 'string' && UUID.test(group) ? { t: 'req', id, name, input, group } : undefined;
}

/** A frame from the other side is hostile until it has this shape; undefined means "drop the connection". */
export function parseFrame(value: unknown): Frame | undefined {
  if (!isObject(value)) return undefined;
  if (value['t'] === 'hello') {
    const capabilities = value['capabilities'];
    if (typeof value['contract'] !== 'number' || typeof value['app'] !== 'string') return undefined;
    if (!Array.isArray(capabilities) || !capabilities.every((c) => typeof c === 'string')) return undefined;
    return { t: 'hello', contract: value['contract'], app: value['app'], capabilities };
  }
  const id = value['id'];
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) return undefined;
  switch (value['t']) {
    case 'req':
      return parseRequest(id, value);
    case 'cancel':
      return { t: 'cancel', id };
    case 'ok':
      return { t: 'ok', id, output: value['output'] };
    case 'item':
      return { t: 'item', id, value: value['value'] };
    case 'end':
      return { t: 'end', id };
    case 'err': {
      const error = value['error'];
      if (!isObject(error) || typeof error['code'] !== 'string' || typeof error['message'] !== 'string')
        return undefined;
      return { t: 'err', id, error: error as unknown as WireError };
    }
    default:
      return undefined;
  }
}
