import type { OsmiaContract } from '../../shared/contract/contract.ts';
import type { Call, CallOptions, Client } from '../../shared/rpc/contract.ts';
import { createLink } from './link.ts';
import { openPort } from './transport.ts';

type Api = Client<OsmiaContract>;
export type CallName = { [K in keyof OsmiaContract]: OsmiaContract[K] extends Call ? K : never }[keyof OsmiaContract];
export type Input<K extends CallName> = Parameters<Api[K]>[0];
export type Output<K extends CallName> = Awaited<ReturnType<Extract<Api[K], (...args: never) => Promise<unknown>>>>;

/** The window's only connection. Features reach it through their `queries.ts`. */
export const link = createLink(openPort);

export async function callCore<K extends CallName>(
  name: K,
  input: Input<K>,
  signal?: AbortSignal,
  group?: string,
): Promise<Output<K>> {
  const { api } = await link.connection();
  const procedure = api[name] as (input: Input<K>, options?: CallOptions) => Promise<Output<K>>;
  return procedure(input, { ...(signal && { signal }), ...(group !== undefined && { group }) });
}
