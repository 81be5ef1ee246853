import { AppError } from '../../shared/errors.ts';

/** An event that a MISP feed offers. */
export interface FeedEvent {
  uuid: string;
  /** Changes when the event does; '' where the feed does not say. */
  stamp: string;
  info: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MAX_EVENTS = 100_000;

/**
 * The events of a `manifest.json` (reference: thehive.md 5.4), the newest first. A name that is no UUID is left out: it
 * becomes part of a path. Throws `invalid_input` for what is no manifest.
 */
export function readManifest(text: string): { events: FeedEvent[]; odd: string[] } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new AppError(
      'invalid_input',
      'manifest.json is no JSON. The feed may be broken, or this may be another page.',
    );
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new AppError('invalid_input', 'manifest.json is no list of MISP events.');
  }
  const events: FeedEvent[] = [];
  const odd: string[] = [];
  for (const [name, facts] of Object.entries(json as Record<string, unknown>)) {
    const known = typeof facts === 'object' && facts !== null ? (facts as Record<string, unknown>) : {};
    if (!UUID.test(name)) odd.push(name.slice(0, 100));
    else if (events.length < MAX_EVENTS) {
      const { timestamp, info } = known;
      const isStamp = typeof timestamp === 'string' || typeof timestamp === 'number';
      events.push({
        uuid: name.toLowerCase(),
        stamp: isStamp ? String(timestamp).slice(0, 40) : '',
        info: typeof info === 'string' ? info.slice(0, 200) : '',
      });
    }
  }
  events.sort((a, b) => Number(b.stamp) - Number(a.stamp) || (a.uuid < b.uuid ? -1 : 1));
  return { events, odd };
}

/** Whether an event has to be read again: it was never read, changed, or nobody can tell. */
export const isNewer = (known: string | undefined, event: FeedEvent): boolean => {
  if (known === undefined || event.stamp === '') return true;
  const [before, now] = [Number(known), Number(event.stamp)];
  return Number.isFinite(before) && Number.isFinite(now) ? now > before : known !== event.stamp;
};
