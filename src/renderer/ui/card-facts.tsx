import type { DataCard } from '../../shared/contract/entities.ts';
import { Text } from './text.tsx';

/** `*` is what has no fixed address: the value itself says where. */
const hostWords = (hosts: readonly string[]): string =>
  hosts.map((host) => (host === '*' ? 'any host' : host)).join(', ') || 'nobody knows yet';

/** To whom a flavor sends, for a list of facts; nothing where it stays on this machine. */
export function CardFacts({ flavor }: { flavor: { isLocal: boolean; card: DataCard } | undefined }) {
  if (!flavor || flavor.isLocal) return null;
  return (
    <>
      <dt>To</dt>
      <dd className="mono breaks">
        <Text>{hostWords(flavor.card.hosts)}</Text>
      </dd>
      <dt>Seen by</dt>
      <dd>
        <Text>{flavor.card.seenBy}</Text>
      </dd>
      <dt>Kept there</dt>
      <dd>
        <Text>{flavor.card.keeps}</Text>
      </dd>
    </>
  );
}
