import type { Preview } from '../../shared/contract/responders.ts';
import type { LoadedObject } from './object-source.ts';
import type { SentFile } from './payload.repo.ts';

/** An object as it was shown: what is sent is this, whatever the workspace says by then. */
export interface ShownObject {
  object: LoadedObject;
  /** Compact JSON. */
  text: string;
  attachments: SentFile[];
  /** What the program, its settings and its destination were. */
  basis: string;
  /** It was shown as something that does not run. */
  wasRefused: boolean;
}

export interface KeptPreview {
  preview: Preview;
  shown: ShownObject[];
  parameters: Record<string, unknown>;
}

const KEPT_MS = 10 * 60_000;
const MAX_PREVIEWS = 20;

/** What was shown and not yet forgotten; in memory only, because a run must match what somebody saw. */
export function createPreviews(monotonic: () => number): {
  keep(kept: KeptPreview): void;
  find(id: string): KeptPreview | undefined;
} {
  const previews = new Map<string, { kept: KeptPreview; at: number }>();
  return {
    keep(kept) {
      for (const [id, { at }] of previews)
        if (monotonic() - at > KEPT_MS || previews.size >= MAX_PREVIEWS) previews.delete(id);
      previews.set(kept.preview.id, { kept, at: monotonic() });
    },
    find(id) {
      const found = previews.get(id);
      return found !== undefined && monotonic() - found.at <= KEPT_MS ? found.kept : undefined;
    },
  };
}
