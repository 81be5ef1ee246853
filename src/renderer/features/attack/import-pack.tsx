import { IconFileImport } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { hostBridge } from '../../api/host.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { DateTime } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import { importFile, importGrant, packQuery } from './queries.ts';

/** MITRE's data, from the file that the user has: what it is, how old, under whose terms. */
export function AttackPackPanel() {
  const { data: pack } = useQuery(packQuery());
  const [share, setShare] = useState(0);
  const chooser = useRef<HTMLInputElement>(null);
  const load = useMutation({
    mutationFn: (from: { token: string } | { file: File }) =>
      'token' in from ? importGrant(from.token) : importFile(from.file, setShare),
    onSuccess: (done) => toast(`${done.name} ${done.version}: ${count(done.techniques)} techniques imported`),
    onSettled: () => setShare(0),
  });
  const choose = async (): Promise<void> => {
    const bridge = hostBridge();
    if (!bridge) {
      chooser.current?.click();
      return;
    }
    const [grant] = await bridge.pickFiles();
    if (grant) load.mutate({ token: grant.token });
  };
  return (
    <section className="attack-pack f12" aria-label="ATT&CK data">
      <div className="row">
        {pack ? (
          <span className="grow t2">
            <Text>{`${pack.name} ${pack.version}`}</Text>, {count(pack.techniques)} techniques, imported{' '}
            <DateTime at={pack.importedAt} />
          </span>
        ) : (
          <span className="grow t2">
            No ATT&CK data is imported: ids can be typed, names and search come with MITRE’s file
            (enterprise-attack.json, as STIX). Nothing is fetched for you.
          </span>
        )}
        <Button size="small" isDisabled={load.isPending || pack === undefined} onClick={() => void choose()}>
          <IconFileImport size={14} stroke={1.75} aria-hidden="true" />
          {load.isPending
            ? share > 0 && share < 1
              ? `Reading ${Math.round(share * 100)} %`
              : 'Reading…'
            : pack
              ? 'Import another'
              : 'Import a file'}
        </Button>
        <input
          ref={chooser}
          type="file"
          accept=".json,application/json"
          hidden
          aria-label="STIX bundle of ATT&CK"
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file) load.mutate({ file });
          }}
        />
      </div>
      {pack && pack.notice !== '' && (
        <p className="t3 breaks attack-notice">
          <Text>{pack.notice}</Text>
        </p>
      )}
      {load.error && <ErrorNote error={load.error} />}
    </section>
  );
}
