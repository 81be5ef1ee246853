import { AppError } from '../../../shared/errors.ts';
import { SAFE_FILE } from '../../../shared/model/safe-values.ts';
import type { IntakeService } from '../../intake/intake.service.ts';

/**
 * The test file as an intake that is ready: the one of an earlier test, or a new one. It stays in the list of intakes
 * under its own name, where it can be discarded like any other.
 */
export async function takeInTestFile(
  intake: Pick<IntakeService, 'list' | 'fromStream' | 'wait'>,
  engagementId: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const { name, text } = SAFE_FILE;
  const known = intake.list(engagementId).find((one) => one.name === name && one.state === 'ready');
  if (known !== undefined) return known.id;
  const bytes = Buffer.from(text, 'utf8');
  const id = await intake.fromStream(
    {
      name,
      origin: 'file',
      size: bytes.length,
      stream: (async function* () {
        yield bytes;
      })(),
      ...(engagementId === undefined ? {} : { engagementId }),
    },
    signal,
  );
  const { state } = await intake.wait(id, signal);
  if (state === 'failed') throw new AppError('unavailable', 'The test file could not be taken in.');
  return id;
}
