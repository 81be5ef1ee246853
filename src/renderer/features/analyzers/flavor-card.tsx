import type { Flavor } from '../../../shared/contract/entities.ts';
import { CardFacts } from '../../ui/card-facts.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';

/** Minutes as the largest whole unit: 1,440 is a day. */
function cacheWords(minutes: number): string {
  if (minutes % 1_440 === 0) return plural(minutes / 1_440, 'day');
  return minutes % 60 === 0 ? plural(minutes / 60, 'hour') : plural(minutes, 'minute');
}

const KEY_WORDS: Readonly<Record<Flavor['key'], string>> = {
  needed: 'an account with the service',
  optional: 'none; an account lets it do more',
  none: 'none',
  unknown: 'unknown',
};

const CARD_WORDS: Readonly<Record<Flavor['cardFrom'], string>> = {
  folder: 'Its own folder says so.',
  osmia: 'Osmia’s own knowledge of the service; its folder says nothing.',
  nobody: 'Nobody says what it sends, so the worst is assumed: the whole value, to the public.',
};

/** The data card: what leaves, to whom; then what it is. */
export function FlavorCard({ flavor }: { flavor: Flavor }) {
  return (
    <div className="section">
      <dl className="kv">
        <dt>Sends</dt>
        <dd>
          <Text>{flavor.isLocal ? 'Nothing, it runs here' : flavor.card.leaves}</Text>
        </dd>
        <CardFacts flavor={flavor} />
        {!flavor.isLocal && (
          <>
            <dt>Key</dt>
            <dd>{KEY_WORDS[flavor.key]}</dd>
          </>
        )}
        {flavor.docs !== '' && (
          <>
            <dt>About it</dt>
            <dd className="mono breaks">
              <Text>{flavor.docs}</Text>
            </dd>
          </>
        )}
      </dl>
      {!flavor.isLocal && <p className="help">{CARD_WORDS[flavor.cardFrom]}</p>}
      <dl className="kv analyzer-facts">
        <dt>Runs as</dt>
        <dd>{flavor.runtime === 'worker' ? 'warm sandboxed worker' : 'process of its own'}</dd>
        <dt>Cached</dt>
        <dd>{flavor.cacheMinutes === 0 ? 'never' : cacheWords(flavor.cacheMinutes)}</dd>
        <dt>Source</dt>
        <dd className="breaks">
          <Text>{flavor.source}</Text>
        </dd>
        <dt>Id</dt>
        <dd className="mono breaks">
          <Text>{flavor.id}</Text>
        </dd>
        <dt>Author</dt>
        <dd className="breaks">
          <Text>{[flavor.author, flavor.license].filter((word) => word !== '').join(', ')}</Text>
        </dd>
      </dl>
    </div>
  );
}
