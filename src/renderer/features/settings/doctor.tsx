import { useQuery } from '@tanstack/react-query';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { copyText } from '../../ui/copy.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Text } from '../../ui/text.tsx';
import { doctorQuery } from './queries.ts';

const WORDS = { ok: 'Fine', warning: 'Look at it', problem: 'Problem' } as const;

/** The health of this installation, fit to paste into an issue. */
export function Doctor() {
  const { data, error, isFetching, refetch } = useQuery(doctorQuery);
  const copy = (): void => {
    if (!data) return;
    const lines = data.checks.map((check) => `${check.status}: ${check.name}: ${check.message}`);
    void copyText([`Osmia ${data.osmia}`, ...lines].join('\n'), 'Copied the health report');
  };
  return (
    <section aria-labelledby="settings-doctor">
      <div className="row">
        <h2 id="settings-doctor">Health</h2>
        <span className="f12 t3">{data && `Osmia ${data.osmia}`}</span>
        <span className="right" />
        <Button size="small" isDisabled={isFetching} onClick={() => void refetch()}>
          Check again
        </Button>
        <Button size="small" isDisabled={!data} onClick={copy}>
          Copy
        </Button>
      </div>
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton />}
      <ul className="checks f12">
        {data?.checks.map((check) => (
          <li key={check.name}>
            <span className="health" data-health={check.status} role="img" aria-label={WORDS[check.status]} />
            <span className="m">
              <Text>{check.name}</Text>
            </span>
            <span className="t2 breaks">
              <Text>{check.message}</Text>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
