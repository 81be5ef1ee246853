import { JOB_STATUSES } from '../../../shared/contract/entities.ts';
import { JobsView } from './jobs-view.tsx';

/** `asked` is the status that an address names. */
export function JobsPage({ asked }: { asked?: string | undefined }) {
  const status = JOB_STATUSES.find((each) => each === asked);
  return (
    <>
      <div className="page-head">
        <h1>Jobs</h1>
        <span className="f12 t3">newest first, in every engagement</span>
      </div>
      <JobsView key={status} asked={status} />
    </>
  );
}
