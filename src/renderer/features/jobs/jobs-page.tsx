import { JobsView } from './jobs-view.tsx';

export function JobsPage() {
  return (
    <>
      <div className="page-head">
        <h1>Jobs</h1>
        <span className="f12 t3">newest first, in every engagement</span>
      </div>
      <JobsView />
    </>
  );
}
