import { IconPlugConnectedX } from '@tabler/icons-react';
import { type LinkState } from '../api/link.ts';
import { link } from '../api/client.ts';

/** Says that the core is out of reach and what happens next; nothing while all is well. */
export function LinkBanner({ state, isAlone }: { state: LinkState; isAlone?: boolean }) {
  if (state.kind === 'open') return null;
  if (state.kind === 'connecting') return isAlone ? <p className="banner">Opening Osmia…</p> : null;
  return (
    <div className="banner" role="alert">
      <IconPlugConnectedX size={15} stroke={1.75} aria-hidden="true" />
      {state.kind === 'refused' ? (
        <span className="grow">{state.message} Nothing you saved is lost.</span>
      ) : (
        <>
          <span className="grow">
            <b className="m">The core cannot be reached.</b> Trying again by itself, attempt {state.attempt}. What was
            saved is safe. If you closed Osmia, start it again and use the window that it opens.
          </span>
          <button type="button" className="lnk" onClick={() => link.retryNow()}>
            Try now
          </button>
        </>
      )}
    </div>
  );
}
