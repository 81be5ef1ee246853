import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { fileSize } from '../../ui/format.ts';
import { MediaIcon } from '../../ui/icons.tsx';
import { Text } from '../../ui/text.tsx';
import { IntakeReview } from './intake-review.tsx';
import { intakeQuery, useDiscardIntake } from './queries.ts';
import './intake.css';

/** One dropped thing, by its state: being read, failed, or to be decided on. */
export function IntakePage({ id }: { id: string }) {
  const { data: intake, error, refetch } = useQuery(intakeQuery(id));
  const [, navigate] = useLocation();
  const discard = useDiscardIntake();
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!intake) return <Skeleton />;
  const drop = (): void => discard.mutate(id, { onSuccess: () => navigate('/intake') });
  if (intake.state === 'ready' || intake.state === 'accepted') return <IntakeReview intake={intake} onDiscard={drop} />;

  const { done, total } = intake.progress;
  const part = total === null || total === 0 ? 0 : Math.min(1, done / total);
  const doing = intake.state === 'receiving' ? 'Hashing and sealing' : 'Reading what it holds';
  return (
    <>
      <div className="page-head">
        <span className="t3">
          <MediaIcon mediaType={intake.mediaType} size={18} />
        </span>
        <h1>
          <Text>{intake.name}</Text>
        </h1>
        <span className="right" />
        <Button onClick={drop}>{intake.state === 'failed' ? 'Discard' : 'Cancel'}</Button>
      </div>
      <div className="section" style={{ maxWidth: 720 }}>
        {intake.state === 'failed' ? (
          <div className="note" role="alert">
            <span>
              <b className="m">It could not be read.</b> <Text>{intake.error ?? 'The reason was not recorded.'}</Text>{' '}
              The file on your disk is as it was. Discard this, or drop it again.
            </span>
          </div>
        ) : (
          <>
            <p className="row f12">
              <span className="grow">{doing}</span>
              <span className="t2">
                {fileSize(done)}
                {total !== null && ` of ${fileSize(total)}`}
              </span>
            </p>
            <div
              className="bar"
              style={{ marginTop: 8 }}
              role="progressbar"
              aria-label={doing}
              aria-valuenow={Math.round(part * 100)}
              aria-valuemin={0}
              aria-valuemax={100}
            >
              <i style={{ width: `${part * 100}%` }} />
            </div>
          </>
        )}
      </div>
    </>
  );
}
