import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { TaskStatus } from '../../shared/contract/tasks.ts';
import { AppError } from '../../shared/errors.ts';

const Demo = z.strictObject({
  /** A file of resources/samples. */
  mail: z.string().min(1),
  title: z.string().min(1),
  description: z.string(),
  severity: z.number().int().min(1).max(4),
  tags: z.array(z.string()),
  /** Values that are marked as IOC where the mail holds them. */
  iocs: z.array(z.string()),
  tasks: z.array(
    z.strictObject({
      title: z.string().min(1),
      group: z.string().min(1),
      description: z.string().default(''),
      status: TaskStatus.default('waiting'),
      isMandatory: z.boolean().default(false),
      dueDays: z.number().int().nullable().default(null),
    }),
  ),
  notes: z.array(z.strictObject({ title: z.string(), body: z.string() })),
});
export type Demo = z.output<typeof Demo> & { mailName: string; mailBytes: Buffer };

/** The demo as it is shipped; `not_found` where this copy of Osmia comes without it. */
export function readDemo(bundledRoot: string): Demo {
  try {
    const resources = join(bundledRoot, 'resources');
    const demo = Demo.parse(JSON.parse(readFileSync(join(resources, 'demo', 'demo.json'), 'utf8')));
    const mailName = basename(demo.mail);
    return { ...demo, mailName, mailBytes: readFileSync(join(resources, 'samples', mailName)) };
  } catch (cause) {
    throw new AppError('not_found', 'The demo case is not part of this copy of Osmia.', { cause });
  }
}
