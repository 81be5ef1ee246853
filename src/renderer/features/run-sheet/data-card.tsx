import { useQuery } from '@tanstack/react-query';
import type { RunRow } from '../../../shared/contract/jobs.ts';
import { Text } from '../../ui/text.tsx';
import { flavorsQuery } from './queries.ts';

/** What the analyzer under the cursor sends, to whom, and who keeps it. */
export function DataCardPane({ row }: { row: RunRow | undefined }) {
  const { data } = useQuery(flavorsQuery);
  const flavor = data?.find((each) => each.id === row?.flavorId);
  if (!row || !flavor) return null;
  const card = flavor.card;
  return (
    <dl className="data-card" aria-label="Data card">
      <div>
        <dt>Data card</dt>
        <dd className="m">
          <Text>{flavor.name}</Text> <Text>{flavor.version}</Text>
        </dd>
      </div>
      <div>
        <dt>Sends</dt>
        <dd>
          <Text>{flavor.isLocal ? 'Nothing, it runs here' : card.leaves}</Text>
        </dd>
      </div>
      <div>
        <dt>Seen by</dt>
        <dd>
          <Text>{flavor.isLocal ? 'Nobody' : card.seenBy}</Text>
        </dd>
      </div>
      <div>
        <dt>Kept there</dt>
        <dd>
          <Text>{flavor.isLocal ? 'Nothing' : card.keeps}</Text>
        </dd>
      </div>
    </dl>
  );
}
