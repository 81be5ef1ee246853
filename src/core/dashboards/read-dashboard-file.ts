import { z } from 'zod';
import { DashboardDefinition } from '../../shared/contract/dashboards.ts';
import { AppError } from '../../shared/errors.ts';
import { readTheHiveDashboard } from './read-thehive-dashboard.ts';

export interface ReadDashboard {
  title: string;
  description: string;
  isShared: boolean;
  definition: DashboardDefinition;
  /** What of the file was not taken over, per widget. */
  notes: string[];
}

const Ours = z.object({
  format: z.literal('osmia-dashboard'),
  version: z.literal(1),
  title: z.string().trim().min(1).max(200),
  description: z.string().max(2_000).default(''),
  isShared: z.boolean().default(false),
  definition: DashboardDefinition,
});

/** A dashboard of ours or of TheHive 3 or 4. `invalid_input` says where a file of ours is wrong. */
export function readDashboardFile(text: string): ReadDashboard {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new AppError('invalid_input', 'This is not JSON. Choose a file that a dashboard was exported to.');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new AppError(
      'invalid_input',
      'This file holds no dashboard: it should be one object with a title and a definition.',
    );
  }
  if (!('format' in parsed)) return readTheHiveDashboard(parsed as Record<string, unknown>);
  const ours = Ours.safeParse(parsed);
  if (!ours.success) {
    const issue = ours.error.issues[0];
    throw new AppError(
      'invalid_input',
      `This dashboard cannot be read: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown'}.`,
    );
  }
  const { title, description, isShared, definition } = ours.data;
  return { title, description, isShared, definition, notes: [] };
}
