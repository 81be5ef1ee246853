import { IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { hostBridge } from '../../api/host.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { sourcesQuery, useAddSource, useRemoveSource } from './queries.ts';

/** The folders that analyzers come from. A window adds one only through the host's own dialog. */
export function Sources() {
  const { data } = useQuery(sourcesQuery);
  const add = useAddSource();
  const remove = useRemoveSource();
  const bridge = hostBridge();
  const choose = async (): Promise<void> => {
    const grant = await bridge?.pickFolder();
    if (!grant) return;
    add.mutate(
      { token: grant.token },
      { onSuccess: (made) => toast(`Source ${made.name} added, ${plural(made.flavors, 'analyzer')}`) },
    );
  };
  return (
    <div className="section">
      <div className="row">
        <h2>Sources</h2>
        <span className="right" />
        {bridge && (
          <Button size="small" isDisabled={add.isPending} onClick={() => void choose()}>
            <IconPlus size={14} stroke={1.75} aria-hidden="true" />
            Add a folder…
          </Button>
        )}
      </div>
      <ul className="f12">
        {data?.map((source) => (
          <li key={source.name} className="row source-row">
            <span className="grow">
              <span className="m">
                <Text>{source.name}</Text>
              </span>{' '}
              <span className="t3">{plural(source.flavors, 'analyzer')}</span>
              <span className="mono t3 el" style={{ display: 'block' }} title={source.path}>
                <Text>{source.path}</Text>
              </span>
            </span>
            {!source.isBundled && (
              <Button
                kind="ghost"
                size="small"
                isIcon
                label={`Take ${source.name} out`}
                onClick={() =>
                  remove.mutate(source.name, { onSuccess: () => toast(`Source ${source.name} taken out`) })
                }
              >
                <IconX size={14} stroke={1.75} />
              </Button>
            )}
          </li>
        ))}
      </ul>
      {!bridge && (
        <p className="help">
          A browser cannot name a folder. Add one in a shell: <span className="mono">osmia analyzers add DIR</span>
        </p>
      )}
      {(add.error ?? remove.error) && <ErrorNote error={add.error ?? remove.error} />}
    </div>
  );
}
