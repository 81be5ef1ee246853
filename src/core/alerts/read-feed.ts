import { AppError } from '../../shared/errors.ts';
import type { AlertRunRecorder } from './alert-run.ts';
import type { FeedClient } from './feed-client.ts';
import { isNewer, readManifest } from './feed-manifest.ts';
import { openBytes } from './file-on-disk.ts';
import type { Remembered } from './read-folder.ts';

const MAX_MANIFEST = 64 * 2 ** 20;
const MAX_EVENT = 128 * 2 ** 20;
/** Of one run; the rest comes with the next one, the newest first. */
const EVENTS_OF_A_RUN = 500;

/**
 * Fetches what is new of a MISP feed, or the one document that the address names. `announce` is called with each address
 * before anything is sent to it, and throws where nothing may be sent (any more).
 */
export async function readFeed(
  base: URL,
  client: FeedClient,
  run: AlertRunRecorder,
  remembered: Remembered,
  options: { announce(url: URL): void; signal: AbortSignal },
): Promise<void> {
  const { announce, signal } = options;
  const get = (url: URL, most: number): Promise<Buffer> => {
    announce(url);
    return client.get(url, most, signal);
  };
  const isOneDocument = base.pathname.endsWith('.json') && !base.pathname.endsWith('/manifest.json');
  if (isOneDocument) {
    await run.take(base.pathname.split('/').at(-1) ?? 'feed', openBytes(await get(base, MAX_EVENT)), signal);
    return;
  }
  const folder = base.pathname.endsWith('/manifest.json')
    ? new URL('./', base)
    : new URL(base.pathname.endsWith('/') ? base.href : `${base.origin}${base.pathname}/`);
  const { events, odd } = readManifest((await get(new URL('manifest.json', folder), MAX_MANIFEST)).toString('utf8'));
  for (const name of odd) run.problem('manifest.json', name, 'the name of this event is no UUID');
  const wanted = events.filter((event) => isNewer(remembered.stampOf(event.uuid), event));
  for (let skipped = wanted.length; skipped < events.length; skipped += 1) run.skip();
  for (const event of wanted.slice(0, EVENTS_OF_A_RUN)) {
    signal.throwIfAborted();
    const name = `${event.uuid}.json`;
    try {
      await run.take(name, openBytes(await get(new URL(name, folder), MAX_EVENT)), signal);
      remembered.putStamp(event.uuid, event.stamp);
    } catch (error) {
      // One document that is missing or too large does not stop the others; a link that is gone does.
      if (signal.aborted || !(error instanceof AppError) || !isOfThisDocument(error)) throw error;
      run.problem(name, event.info, error.message);
    }
  }
  const left = wanted.length - EVENTS_OF_A_RUN;
  if (left > 0)
    run.problem(
      'manifest.json',
      '',
      `${left} more events are new: they come with the next fetch (${EVENTS_OF_A_RUN} at once)`,
    );
}

const isOfThisDocument = (error: AppError): boolean =>
  error.code === 'too_large' || (error.code === 'unavailable' && / answered \d/.test(error.message));
