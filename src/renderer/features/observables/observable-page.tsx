import { IconChevronRight, IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { runRequestStore } from '../../state/run-request.ts';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { copyKeys } from '../../ui/copy.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { EvidenceFacts } from '../../ui/evidence-facts.tsx';
import { DataTypeMark } from '../../ui/icons.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Value } from '../../ui/value.tsx';
import { DetailAround, DetailHead, DetailReports } from './detail.tsx';
import { DetailHistory } from './detail-history.tsx';
import { EditDialog, type EditTarget } from './edit-dialog.tsx';
import { editOne } from './edits.ts';
import { EvidenceDownload } from './evidence-download.tsx';
import { caseNumberQuery, observableQuery } from './queries.ts';
import { RetypeDialog } from './retype-dialog.tsx';
import { TagDialog } from './tag-dialog.tsx';
import './observables.css';

/** One observable: what is known, every job on it, the file behind it. */
export function ObservablePage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(observableQuery(id));
  const caseId = data?.observable.caseId;
  const { data: home } = useQuery({ ...caseNumberQuery(caseId ?? id), enabled: caseId !== undefined });
  const [, navigate] = useLocation();
  const [isLinking, setLinking] = useState(false);
  const [open, setOpen] = useState<'edit' | 'tags' | 'type'>();
  const observable = data?.observable;
  const backTo = home ? `/cases/${home.number}/observables` : '/observables';
  const analyse = (): void => {
    runRequestStore.getState().open({
      plan: { subjects: [{ observableId: id }], withRemote: true },
      about: home ? `1 observable, case #${home.number}` : '1 observable',
      backTo: `/observables/${id}`,
    });
    navigate('/run');
  };
  useKeys([
    { keys: 'r', label: 'Analyse…', run: analyse },
    {
      keys: 'i',
      label: 'IOC on or off',
      run: () => observable && void editOne(observable, { isIoc: !observable.isIoc }),
    },
    {
      keys: 's',
      label: 'Sighted on or off',
      run: () => observable && void editOne(observable, { isSighted: !observable.isSighted }),
    },
    {
      keys: 'u',
      label: 'Count for similar cases or not',
      run: () => observable && void editOne(observable, { ignoreSimilarity: !observable.ignoreSimilarity }),
    },
    { keys: 't', label: 'Change tags…', run: () => setOpen('tags') },
    { keys: 'e', label: 'Edit…', run: () => setOpen('edit') },
    { keys: 'l', label: 'Link to another…', run: () => setLinking(true) },
    { keys: 'Escape', run: () => navigate(backTo) },
    ...copyKeys(() => (observable ? [observable] : [])),
  ]);
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!data || !observable) return <Skeleton />;
  const edit = (which: typeof open): EditTarget | undefined =>
    open === which ? { target: { ids: [id] }, size: 1, first: observable } : undefined;
  const close = (): void => setOpen(undefined);
  return (
    <>
      <div className="page-head report">
        <div className="grow">
          <nav className="row tight f12 t3" aria-label="Where this is">
            {home && (
              <Link className="mono" href={`/cases/${home.number}`}>
                #{home.number}
              </Link>
            )}
            <IconChevronRight size={12} stroke={1.75} aria-hidden="true" />
            <Link href={backTo}>Observables</Link>
          </nav>
          <h1 className="row">
            <DataTypeMark dataType={observable.dataType} />
            <Value dataType={observable.dataType} value={observable.value} />
          </h1>
        </div>
        {observable.dataType !== 'file' && <Button onClick={() => setOpen('type')}>Change the type…</Button>}
        <Button keys="e" onClick={() => setOpen('edit')}>
          Edit <Kbd keys={['E']} />
        </Button>
        <Button kind="primary" keys="r" onClick={analyse}>
          <IconPlayerPlay size={15} stroke={1.75} aria-hidden="true" />
          Analyse… <Kbd keys={['R']} />
        </Button>
      </div>
      <div className="detail-page">
        <div>
          <DetailHead observable={observable} jobs={data.jobs} />
          <DetailReports id={id} jobs={data.jobs} all />
          <DetailHistory id={id} />
        </div>
        <aside className="detail-side" aria-label="Around it">
          {data.evidence && (
            <div className="section">
              <h2>{observable.dataType === 'file' ? 'File' : 'Found in this file'}</h2>
              <EvidenceFacts evidence={data.evidence} />
              <div style={{ marginTop: 8 }}>
                <EvidenceDownload id={data.evidence.id} name={data.evidence.name} />
              </div>
            </div>
          )}
          <DetailAround observable={observable} isLinking={isLinking} onLinking={setLinking} />
        </aside>
      </div>
      <EditDialog edit={edit('edit')} onClose={close} />
      <TagDialog edit={edit('tags')} onClose={close} />
      <RetypeDialog edit={edit('type')} onClose={close} />
    </>
  );
}
