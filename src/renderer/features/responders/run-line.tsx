import { useState } from 'react';
import { IconCheck, IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { ResponderRun } from '../../../shared/contract/responders.ts';
import { plural } from '../../ui/format.ts';
import { JobMark, STATUS_WORDS } from '../../ui/job-line.tsx';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { OperationList } from './operation-list.tsx';
import { SentObject } from './sent-object.tsx';

/** One run: its state, what it said, and folded below it what it asked for and what it was given. */
export function RunLine({ run }: { run: ResponderRun }) {
  const { job, operations } = run;
  const [open, setOpen] = useState<'changes' | 'sent'>();
  const failed = operations.filter((each) => each.status === 'failed').length;
  const toggle = (which: 'changes' | 'sent') => () => setOpen(open === which ? undefined : which);
  return (
    <div className="run-line">
      <div className="run-line-head">
        {job.status === 'done' ? (
          <IconCheck size={14} stroke={1.75} className="t3" aria-hidden="true" />
        ) : (
          <JobMark job={job} />
        )}
        <span className="m el">
          <Text>{job.flavorName}</Text>
        </span>
        <span className="t3 f12">{STATUS_WORDS[job.status]}</span>
        <span className="t3 f12 right">
          <Age at={job.endedAt ?? job.queuedAt} />
        </span>
      </div>
      {run.said !== '' && (
        <p className="f12 t2 breaks">
          <Text>{run.said}</Text>
        </p>
      )}
      <div className="row wrap">
        {operations.length > 0 && (
          <Fold isOpen={open === 'changes'} onToggle={toggle('changes')}>
            {`${plural(operations.length, 'change')} asked for${failed > 0 ? `, ${failed} not applied` : ''}`}
          </Fold>
        )}
        <Fold isOpen={open === 'sent'} onToggle={toggle('sent')}>
          What it was given
        </Fold>
      </div>
      {open === 'changes' && <OperationList operations={operations} />}
      {open === 'sent' && <SentObject jobId={job.id} />}
    </div>
  );
}

function Fold({ isOpen, onToggle, children }: { isOpen: boolean; onToggle(): void; children: string }) {
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <button type="button" className="lnk f12 row tight" aria-expanded={isOpen} onClick={onToggle}>
      <Chevron size={13} stroke={1.75} aria-hidden="true" />
      {children}
    </button>
  );
}
