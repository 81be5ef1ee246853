import { Age } from '../../ui/time.tsx';

/** The save state in words. */
export function DraftState(props: { isDirty: boolean; savedAt: number | undefined; failed: boolean }) {
  if (!props.isDirty) return <span className="f12 t3">Saved</span>;
  if (props.failed) return <span className="f12 t2">Draft not saved, see below</span>;
  if (props.savedAt === undefined) return <span className="f12 t3">Saving draft…</span>;
  return (
    <span className="f12 t3 el" aria-live="off">
      Draft saved <Age at={props.savedAt} />
    </span>
  );
}
