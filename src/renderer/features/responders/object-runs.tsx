import { IconSend } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ObjectRef } from '../../../shared/contract/responders.ts';
import { respondStore } from '../../state/respond-request.ts';
import { Button } from '../../ui/controls.tsx';
import { objectRunsQuery } from './queries.ts';
import { RunLine } from './run-line.tsx';
import './responders.css';

/** Responders on one thing: what ran and what came of it, and the way to run another. */
export function ObjectRuns(props: { object: ObjectRef; about: string; caseId: string | undefined }) {
  const { object, about, caseId } = props;
  const { data } = useQuery(objectRunsQuery(object));
  const runs = data?.items ?? [];
  return (
    <div className="section object-runs">
      <div className="row">
        <h2>Responders</h2>
        <span className="right" />
        <Button size="small" onClick={() => respondStore.getState().open({ objects: [object], about, caseId })}>
          <IconSend size={14} stroke={1.75} aria-hidden="true" />
          Respond…
        </Button>
      </div>
      {runs.map((run) => (
        <RunLine key={run.job.id} run={run} />
      ))}
    </div>
  );
}
