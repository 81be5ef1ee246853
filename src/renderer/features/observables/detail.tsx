import { Textarea } from '@mantine/core';
import { IconEye, IconTarget, IconUnlink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Job, Observable } from '../../../shared/contract/entities.ts';
import type { HistoryLine } from '../../../shared/contract/history.ts';
import type { ObservablePatch } from '../../../shared/contract/observables.ts';
import type { Stale } from '../../../shared/model/staleness.ts';
import { useFreshness } from '../../state/freshness.ts';
import type { Output } from '../../api/client.ts';
import { PapPicker, Tag, TlpPicker, Verdict } from '../../ui/chips.tsx';
import { plural } from '../../ui/format.ts';
import { JobLine } from '../../ui/job-line.tsx';
import { TagEditor } from '../../ui/tag-editor.tsx';
import { Text } from '../../ui/text.tsx';
import { useNow } from '../../ui/use-now.ts';
import { Value } from '../../ui/value.tsx';
import { newestPerFlavor, ofAnalyzers, whyVerdict } from './detail-model.ts';
import { ObjectRuns } from '../responders/object-runs.tsx';
import { editOne } from './edits.ts';
import { Elsewhere } from './elsewhere.tsx';
import { Occurrences } from './occurrences.tsx';
import { linesQuery } from './queries.ts';
import { Relations } from './relations.tsx';

type Detail = Output<'observables.get'>;

/** Value, chips, why this verdict: the head of the drawer and of the page. Everything but the value is edited in place. */
export function DetailHead({ observable, jobs }: { observable: Observable; jobs: Detail['jobs'] }) {
  const edit = (patch: ObservablePatch): void => void editOne(observable, patch);
  return (
    <div className="section">
      <div className="drawer-value">
        <Value dataType={observable.dataType} value={observable.value} isWhole />
      </div>
      <div className="row tight wrap" style={{ marginTop: 10 }}>
        <Verdict level={observable.verdict} />
        <TlpPicker label="Observable" value={observable.tlp} onChange={(tlp) => edit({ tlp })} />
        <PapPicker label="Observable" value={observable.pap} onChange={(pap) => edit({ pap })} />
      </div>
      <div className="row tight wrap" style={{ marginTop: 6 }}>
        <FlagToggle flag="isIoc" isOn={observable.isIoc} onToggle={() => edit({ isIoc: !observable.isIoc })} />
        <FlagToggle
          flag="isSighted"
          isOn={observable.isSighted}
          onToggle={() => edit({ isSighted: !observable.isSighted })}
        />
        <FlagToggle
          flag="ignoreSimilarity"
          isOn={observable.ignoreSimilarity}
          onToggle={() => edit({ ignoreSimilarity: !observable.ignoreSimilarity })}
        />
        <TagEditor tags={observable.tags} onChange={(tags) => edit({ tags: [...tags] })} />
        {observable.marks.map((mark) => (
          <Tag key={mark}>{mark}</Tag>
        ))}
      </div>
      {observable.isSighted && <SightedAt at={observable.sightedAt} onChange={(sightedAt) => edit({ sightedAt })} />}
      <p className="f12 t2" style={{ marginTop: 10 }}>
        {whyVerdict(observable, ofAnalyzers(jobs))}
      </p>
      <Message text={observable.message} onChange={(message) => edit({ message })} />
    </div>
  );
}

const FLAG_FACTS = {
  isIoc: { label: 'IOC', icon: IconTarget, off: 'Mark as IOC', on: 'IOC. Take the mark off' },
  isSighted: { label: 'Sighted', icon: IconEye, off: 'Mark as sighted', on: 'Sighted. Take the mark off' },
  ignoreSimilarity: {
    label: 'Not compared',
    icon: IconUnlink,
    off: 'Do not compare it with other cases',
    on: 'Compare it with other cases again',
  },
} as const;

function FlagToggle(props: { flag: keyof typeof FLAG_FACTS; isOn: boolean; onToggle(): void }) {
  const { isOn } = props;
  const { label, icon: Icon, on, off } = FLAG_FACTS[props.flag];
  return (
    <button
      type="button"
      className={isOn ? 'tag' : 'tag t3'}
      aria-pressed={isOn}
      title={isOn ? on : off}
      style={isOn ? { color: 'var(--o-t1)' } : { borderStyle: 'dashed' }}
      onClick={props.onToggle}
    >
      <Icon size={12} stroke={1.75} aria-hidden="true" />
      {label}
    </button>
  );
}

/** When it was seen at work: UTC, as a person writes it. */
function SightedAt({ at, onChange }: { at: number | null; onChange(at: number | null): void }) {
  return (
    <label className="f12 t2 row tight" style={{ marginTop: 6 }}>
      Sighted at (UTC)
      <input
        type="datetime-local"
        className="date"
        defaultValue={at === null ? '' : new Date(at).toISOString().slice(0, 16)}
        key={at}
        onBlur={(event) => {
          const text = event.currentTarget.value;
          const next = text === '' ? null : Date.parse(`${text}:00Z`);
          const isSame = at === next || (at !== null && next === Math.floor(at / 60_000) * 60_000);
          if (!isSame && !Number.isNaN(next)) onChange(next);
        }}
      />
    </label>
  );
}

/** The description, a field while it is edited; saved on leaving it. Escape leaves it as it was. */
function Message({ text, onChange }: { text: string; onChange(text: string): void }) {
  const [draft, setDraft] = useState<string>();
  if (draft === undefined)
    return (
      <div className="message" style={{ marginTop: 6 }}>
        {text !== '' && (
          <p className="f12 t2 breaks pre">
            <Text>{text}</Text>
          </p>
        )}
        <button type="button" className="lnk f12" onClick={() => setDraft(text)}>
          {text === '' ? 'Add a description' : 'Edit the description'}
        </button>
      </div>
    );
  const save = (): void => {
    setDraft(undefined);
    if (draft !== text) onChange(draft);
  };
  return (
    <Textarea
      aria-label="Description"
      autosize
      autoFocus
      minRows={2}
      maxRows={12}
      maxLength={65_000}
      mt={6}
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
          setDraft(undefined);
        } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
      }}
    />
  );
}

/** The newest job of each analyzer, worst first; a refused or failed one says why. */
export function DetailReports({ id, jobs: every, all }: { id: string; jobs: Detail['jobs']; all?: boolean }) {
  const jobs = ofAnalyzers(every);
  const shown = all ? jobs : newestPerFlavor(jobs);
  const newest = new Set(newestPerFlavor(jobs).map((job) => job.id));
  const { data: lines } = useQuery(linesQuery(id));
  const { staleOf } = useFreshness(every[0]?.engagementId);
  const now = useNow();
  const lineOf = (job: Job): HistoryLine | undefined =>
    newest.has(job.id)
      ? lines?.find((line) => line.flavorName === job.flavorName && job.flavorId.startsWith(`${line.source}/`))
      : undefined;
  const stale = (job: Job): Stale | null =>
    newest.has(job.id) && job.status === 'done'
      ? staleOf({ flavorId: job.flavorId, at: job.cachedAt ?? job.endedAt ?? job.queuedAt, basisId: job.basisId }, now)
      : null;
  return (
    <div style={{ padding: '8px 0' }}>
      <div className="row" style={{ padding: '0 16px 4px' }}>
        <h2>{all ? 'Jobs' : 'Reports'}</h2>
        <span className="f12 t3">{plural(shown.length, all ? 'job' : 'analyzer')}</span>
      </div>
      {shown.length === 0 && (
        <p className="f12 t2" style={{ padding: '0 16px' }}>
          Not analysed yet. Press R for the run sheet; nothing leaves before you say so.
        </p>
      )}
      {shown.map((job) => (
        <JobLine key={job.id} job={job} stale={stale(job)} line={lineOf(job)} />
      ))}
    </div>
  );
}

/** What is around it: runs of responders, links, other cases, and where it was found. */
export function DetailAround(props: {
  observable: Observable;
  isLinking: boolean;
  onLinking(isLinking: boolean): void;
}) {
  const { observable } = props;
  return (
    <>
      <ObjectRuns
        object={{ type: 'case_artifact', id: observable.id }}
        about={`${observable.dataType} ${observable.value}`}
        caseId={observable.caseId}
      />
      <Relations observable={observable} isAdding={props.isLinking} onAdding={props.onLinking} />
      <Elsewhere observable={observable} />
      <Occurrences observable={observable} />
    </>
  );
}
