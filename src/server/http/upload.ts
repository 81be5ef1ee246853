import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Id } from '../../shared/contract/entities.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';

export interface UploadRequest {
  name: string;
  origin: 'file' | 'text' | 'image';
  engagementId?: string;
  /** Bytes to come, as the client says; only progress depends on it. */
  size?: number;
  stream: AsyncIterable<Uint8Array>;
}

const Query = z.object({
  name: z.string().min(1).max(4_096),
  engagement: Id.optional(),
  origin: z.enum(['file', 'text', 'image']).default('file'),
});

/** What an upload says of itself. The body is the file and nothing else: no multipart, no encoding. */
export function readUpload(request: FastifyRequest): UploadRequest {
  const query = Query.safeParse(request.query);
  if (!query.success) throw new AppError('invalid_input', 'An upload needs ?name=… and, if given, a valid engagement.');
  const length = Number(request.headers['content-length']);
  const { name, origin, engagement } = query.data;
  return {
    name,
    origin,
    stream: request.raw,
    ...(engagement === undefined ? {} : { engagementId: engagement }),
    ...(Number.isSafeInteger(length) && length >= 0 ? { size: length } : {}),
  };
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  invalid_input: 400,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  'workspace.locked': 423,
  cancelled: 499,
  unavailable: 503,
  'disk.full': 507,
};

export const statusOf = (code: ErrorCode): number => STATUS[code] ?? 500;
