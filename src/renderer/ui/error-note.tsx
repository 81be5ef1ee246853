import { IconPlugConnectedX } from '@tabler/icons-react';
import { errorText } from '../api/error-text.ts';

/** A failure where the thing is: what happened, why, what to do. Grey with a plug: red means malicious. */
export function ErrorNote({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const text = errorText(error);
  return (
    <div className="note" role="alert">
      <IconPlugConnectedX size={15} stroke={1.75} aria-hidden="true" />
      <div className="grow breaks">
        <b className="m">{text.title}.</b> {text.message} {text.next}{' '}
        {onRetry && (
          <button type="button" className="lnk" onClick={onRetry}>
            Try again
          </button>
        )}
      </div>
    </div>
  );
}
