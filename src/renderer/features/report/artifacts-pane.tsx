import { IconCheck } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { type DataType, isDataType, toDataType } from '../../../shared/model/data-type.ts';
import type { Output } from '../../api/client.ts';
import { Button, Check } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, fileSize } from '../../ui/format.ts';
import { TypeIcon, typeWords } from '../../ui/icons.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Resizer } from '../../ui/resizer.tsx';
import { Text } from '../../ui/text.tsx';
import { Value } from '../../ui/value.tsx';
import { VirtualGrid } from '../../ui/virtual-grid.tsx';
import { useImportArtifacts } from './queries.ts';

type Report = Output<'reports.get'>;
type ArtifactOf = Report['artifacts'][number];
type Row = { key: string } & (
  | { kind: 'head'; title: string; n: number; why: string }
  | { kind: 'artifact'; artifact: ArtifactOf }
);

const typeOf = (name: string): DataType => toDataType(name) ?? (isDataType(name) ? name : 'other');

/** What the report proposes: new ones can go into the case with one key, known ones are shown as known. */
export function ArtifactsPane({ report, caseNumber }: { report: Report; caseNumber: number | undefined }) {
  const { artifacts, job } = report;
  const fresh = useMemo(() => artifacts.filter((each) => each.observableId === null), [artifacts]);
  const known = useMemo(() => artifacts.filter((each) => each.observableId !== null), [artifacts]);
  const [dropped, setDropped] = useState<ReadonlySet<number>>(new Set());
  const [refusals, setRefusals] = useState<{ index: number; reason: string }[]>([]);
  const imports = useImportArtifacts();
  const chosen = fresh.filter((each) => !dropped.has(each.index));
  const canImport = job.caseId !== null && chosen.length > 0 && !imports.isPending;

  const run = (): void => {
    if (!canImport) return;
    imports.mutate(
      { jobId: job.id, indexes: chosen.slice(0, 10_000).map((each) => each.index) },
      {
        onSuccess: (done) => setRefusals(done.refused),
      },
    );
  };
  useKeys([{ keys: 'i', label: 'Import the chosen artifacts', run }]);

  const rows = useMemo((): Row[] => {
    const made: Row[] = [];
    const add = (title: string, why: string, list: readonly ArtifactOf[]): void => {
      if (list.length === 0) return;
      made.push({ kind: 'head', key: title, title, n: list.length, why });
      for (const artifact of list) made.push({ kind: 'artifact', key: `artifact-${artifact.index}`, artifact });
    };
    add(job.caseId === null ? 'Proposed' : 'New to this case', '', fresh);
    add('Already in the case', '', known);
    return made;
  }, [fresh, known, job.caseId]);

  return (
    <aside className="artifacts" aria-label="Artifacts">
      <Resizer panel="artifacts" side="right" label="Width of the artifacts" />
      <div className="side-head">
        Artifacts
        <span className="t3">{count(artifacts.length)} proposed</span>
        <span className="right f12 t2">{fresh.length > 0 && `${count(chosen.length)} chosen`}</span>
      </div>
      {artifacts.length === 0 ? (
        <p className="section t2 f12">The report proposes no observables.</p>
      ) : (
        <VirtualGrid
          label="Artifacts"
          rows={rows}
          rowKey={(row) => row.key}
          rowHeight={(row) => (row.kind === 'head' ? 32 : 34)}
          columns="14px 16px minmax(0, 1fr) auto"
          head={
            <>
              <span role="columnheader">
                <span className="visually-hidden">Chosen</span>
              </span>
              <span role="columnheader">
                <span className="visually-hidden">Kind</span>
              </span>
              <span role="columnheader">Value</span>
              <span role="columnheader">Type</span>
            </>
          }
          cursor={-1}
          onCursor={() => undefined}
          isGroup={(row) => row.kind === 'head'}
          renderRow={(row) =>
            row.kind === 'head' ? (
              <span role="gridcell" aria-colspan={4} className="row">
                {row.title} <span className="t3">{count(row.n)}</span>
              </span>
            ) : (
              <ArtifactCells
                artifact={row.artifact}
                reason={refusals.find((each) => each.index === row.artifact.index)?.reason}
                isOn={!dropped.has(row.artifact.index)}
                onToggle={() => {
                  const next = new Set(dropped);
                  if (!next.delete(row.artifact.index)) next.add(row.artifact.index);
                  setDropped(next);
                }}
              />
            )
          }
        />
      )}
      {(fresh.length > 0 || imports.error) && (
        <div className="artifacts-foot">
          {imports.error && <ErrorNote error={imports.error} />}
          <Button kind="primary" isBlock keys="i" isDisabled={!canImport} onClick={run}>
            Import {count(chosen.length)} into {caseNumber === undefined ? 'a case' : `#${caseNumber}`}{' '}
            <Kbd keys={['I']} />
          </Button>
          <p className="f12 t3">
            {job.caseId === null
              ? 'The job ran on a dropped file that is in no case yet. Add the file to a case first.'
              : 'With the stricter of the case’s marking and theirs. Each keeps a link to this report.'}
          </p>
        </div>
      )}
    </aside>
  );
}

function ArtifactCells(props: { artifact: ArtifactOf; reason: string | undefined; isOn: boolean; onToggle(): void }) {
  const { artifact } = props;
  const name = artifact.data ?? artifact.filename ?? artifact.sha256 ?? '';
  return (
    <>
      <span role="gridcell">
        {artifact.observableId === null ? (
          <Check label={`Import ${name.slice(0, 80)}`} state={props.isOn ? 'on' : 'off'} onToggle={props.onToggle} />
        ) : (
          <IconCheck size={14} stroke={1.75} className="t3" aria-label="In the case" />
        )}
      </span>
      <span role="gridcell" className="t3">
        <TypeIcon dataType={artifact.dataType} />
      </span>
      <span role="gridcell" title={artifact.message}>
        <Value dataType={typeOf(artifact.dataType)} value={name} />
        {props.reason !== undefined && (
          <span className="f11 t2 el">
            Not imported: <Text>{props.reason}</Text>
          </span>
        )}
      </span>
      <span role="gridcell" className="f12 t3">
        <Text>{typeWords(artifact.dataType)}</Text>
        {artifact.size !== undefined && `, ${fileSize(artifact.size)}`}
      </span>
    </>
  );
}
