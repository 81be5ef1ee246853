import type { z } from 'zod';

export interface Call<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  kind: 'call';
  input: I;
  output: O;
  /** Large lists that our own repositories built: the output is not parsed again in production. */
  trusted: boolean;
}

export interface Stream<I extends z.ZodType = z.ZodType, T extends z.ZodType = z.ZodType> {
  kind: 'stream';
  input: I;
  item: T;
}

export type Contract = Record<string, Call | Stream>;

export const call = <I extends z.ZodType, O extends z.ZodType>(
  input: I,
  output: O,
  options: { trusted?: boolean } = {},
): Call<I, O> => ({ kind: 'call', input, output, trusted: options.trusted ?? false });

export const stream = <I extends z.ZodType, T extends z.ZodType>(input: I, item: T): Stream<I, T> => ({
  kind: 'stream',
  input,
  item,
});

/** The implementation of a contract: calls return, streams yield. `Ctx` is what the host knows of the caller. */
export type Handlers<C extends Contract, Ctx> = {
  [K in keyof C]: C[K] extends Call<infer I, infer O>
    ? (ctx: Ctx, input: z.output<I>, signal: AbortSignal) => z.input<O> | Promise<z.input<O>>
    : C[K] extends Stream<infer I, infer T>
      ? (ctx: Ctx, input: z.output<I>, signal: AbortSignal) => AsyncIterable<z.input<T>>
      : never;
};

export interface CallOptions {
  signal?: AbortSignal;
  /** A UUID that names what the call changes in the change log, so that it can be undone. */
  group?: string;
}

/** What `connect` returns. */
export type Client<C extends Contract> = {
  [K in keyof C]: C[K] extends Call<infer I, infer O>
    ? (input: z.input<I>, options?: CallOptions) => Promise<z.output<O>>
    : C[K] extends Stream<infer I, infer T>
      ? (input: z.input<I>, options?: { signal?: AbortSignal }) => AsyncIterable<z.output<T>>
      : never;
};
