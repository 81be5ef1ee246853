import { useQuery } from '@tanstack/react-query';
import { RunList } from '../../ui/run-list.tsx';
import { linesQuery } from './queries.ts';

/** Runs of each analyzer that was asked more than once, in every case of the engagement. */
export function DetailHistory({ id }: { id: string }) {
  const { data } = useQuery(linesQuery(id));
  const lines = data?.filter((line) => line.runs.length > 1) ?? [];
  if (lines.length === 0) return null;
  return (
    <div className="section history">
      <h2>History</h2>
      {lines.map((line) => (
        <RunList key={`${line.source}/${line.flavorName}`} line={line} />
      ))}
    </div>
  );
}
