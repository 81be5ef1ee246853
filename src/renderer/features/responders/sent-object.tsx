import { useQuery } from '@tanstack/react-query';
import { Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { ClippedText } from '../../ui/text.tsx';
import { runQuery } from './queries.ts';

/** What a run was given, as it was confirmed, and what it answered. */
export function SentObject({ jobId }: { jobId: string }) {
  const { data, error } = useQuery(runQuery(jobId));
  if (error) return <ErrorNote error={error} />;
  if (!data) return <Skeleton lines={2} />;
  return (
    <>
      <h3 className="f12 t3">Given</h3>
      <pre className="mono f12 preview-json sent-json scroll">
        <ClippedText clip={100_000}>{data.objectJson}</ClippedText>
      </pre>
      {data.full !== null && (
        <>
          <h3 className="f12 t3">Answered</h3>
          <pre className="mono f12 preview-json sent-json scroll">
            <ClippedText clip={100_000}>{JSON.stringify(data.full, null, 2)}</ClippedText>
          </pre>
        </>
      )}
    </>
  );
}
