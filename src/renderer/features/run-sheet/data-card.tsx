import { useQuery } from '@tanstack/react-query';
import { Text } from '../../ui/text.tsx';
import { flavorsQuery } from './queries.ts';
import type { RowPlace } from './sheet-rows.ts';
import { useRow } from './use-row.ts';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What the analyzer under the cursor sends, to whom, and who keeps it. */
export function DataCardPane({ place }: { place: RowPlace | undefined }) {
  const { data } = useQuery(flavorsQuery);
  const row = useRow(place);
  const flavor = data?.find((each) => each.id === row?.flavorId);
  // Its height stays while the cursor moves over heads, so that nothing above it jumps.
  const { isLocal = true, card } = flavor ?? {};
  return (
    <dl className="data-card" aria-label="Data card">
      <div>
        <dt>Data card</dt>
        <dd className="m el">
          <Text>{row === undefined ? 'No job under the cursor' : `${row.flavorName} ${row.flavorVersion}`}</Text>
        </dd>
      </div>
      <div>
        <dt>Sends</dt>
        <dd>
          <Text>{row === undefined ? '–' : isLocal ? 'Nothing, it runs here' : capital(card?.leaves ?? '')}</Text>
        </dd>
      </div>
      <div>
        <dt>Seen by</dt>
        <dd>
          <Text>{row === undefined ? '–' : isLocal ? 'Nobody' : capital(card?.seenBy ?? '')}</Text>
        </dd>
      </div>
      <div>
        <dt>Kept there</dt>
        <dd>
          <Text>{row === undefined ? '–' : isLocal ? 'Nothing' : capital(card?.keeps ?? '')}</Text>
        </dd>
      </div>
    </dl>
  );
}
