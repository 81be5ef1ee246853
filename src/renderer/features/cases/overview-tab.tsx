import { Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import type { Case } from '../../../shared/contract/entities.ts';
import type { Level } from '../../../shared/model/report.ts';
import { Button } from '../../ui/controls.tsx';
import { count, fileSize, plural } from '../../ui/format.ts';
import { LEVEL_WORDS, LevelIcon, MediaIcon } from '../../ui/icons.tsx';
import { noteExtract } from '../../ui/note-extract.ts';
import { Text } from '../../ui/text.tsx';
import { Age, DateTime } from '../../ui/time.tsx';
import { CustomFields } from '../custom-fields/custom-fields.tsx';
import { CaseAlerts } from '../alerts/case-alerts.tsx';
import { ObjectRuns } from '../responders/object-runs.tsx';
import { RelatedCases } from './related-cases.tsx';
import { WorstObservables } from './worst-observables.tsx';
import { evidenceQuery, latestNotesQuery, useUpdateCase } from './queries.ts';

const Markdown = lazy(() => import('../../ui/markdown.tsx'));

const VERDICTS: readonly { level: Level | null; key: 'malicious' | 'suspicious' | 'safe' | 'info' | 'notAnalysed' }[] =
  [
    { level: 'malicious', key: 'malicious' },
    { level: 'suspicious', key: 'suspicious' },
    { level: 'safe', key: 'safe' },
    { level: 'info', key: 'info' },
    { level: null, key: 'notAnalysed' },
  ];

/** The case at a glance: facts, verdict counts, description; newest notes and evidence beside it. */
export function OverviewTab({ found }: { found: Case }) {
  return (
    <div className="overview">
      <section className="scroll" aria-label="Overview">
        <dl className="case-facts">
          <div>
            <dt>Opened</dt>
            <dd>
              <DateTime at={found.createdAt} />
            </dd>
          </div>
          <div>
            <dt>Assignee</dt>
            <dd>{found.assignee === '' ? <span className="t3">Nobody</span> : <Text>{found.assignee}</Text>}</dd>
          </div>
          <div>
            <dt>Closed</dt>
            <dd>{found.endAt === null ? <span className="t3">Not yet</span> : <DateTime at={found.endAt} />}</dd>
          </div>
          <div>
            <dt>Jobs</dt>
            <dd>{count(found.counts.jobs)}</dd>
          </div>
          <div>
            <dt>Changed</dt>
            <dd>
              <Age at={found.updatedAt} />
            </dd>
          </div>
        </dl>
        <div className="verdict-counts">
          {VERDICTS.map(({ level, key }) => (
            <Link key={key} href={`/cases/${found.number}/observables`}>
              <b>{count(found.counts[key])}</b>
              <span>
                <LevelIcon level={level} />
                {LEVEL_WORDS[level ?? 'none']}
              </span>
            </Link>
          ))}
        </div>
        <Description found={found} />
        <WorstObservables found={found} />
      </section>
      <aside className="scroll overview-side" aria-label="Notes, related cases and evidence">
        <ObjectRuns object={{ type: 'case', id: found.id }} about={`case #${found.number}`} caseId={found.id} />
        <CustomFields on={{ owner: 'case', ownerId: found.id }} />
        <CaseAlerts found={found} />
        <LatestNotes found={found} />
        <RelatedCases found={found} />
        <EvidenceShort found={found} />
      </aside>
    </div>
  );
}

function Description({ found }: { found: Case }) {
  const [draft, setDraft] = useState<string>();
  const update = useUpdateCase(found.id);
  return (
    <>
      <div className="side-head">
        Description
        <span className="right" />
        {draft === undefined ? (
          <Button size="small" kind="ghost" onClick={() => setDraft(found.description)}>
            Edit
          </Button>
        ) : (
          <>
            <Button size="small" kind="ghost" onClick={() => setDraft(undefined)}>
              Keep as it was
            </Button>
            <Button
              size="small"
              kind="primary"
              isDisabled={update.isPending}
              onClick={() => update.mutate({ description: draft }, { onSuccess: () => setDraft(undefined) })}
            >
              Save description
            </Button>
          </>
        )}
      </div>
      <div className="section" style={{ borderBottom: 0 }}>
        {draft !== undefined ? (
          <Textarea
            aria-label="Description"
            autosize
            minRows={6}
            maxRows={24}
            autoFocus
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
          />
        ) : found.description === '' ? (
          <p className="t3 f12">What happened, who asked, what they expect. Markdown works.</p>
        ) : (
          <Suspense fallback={null}>
            <Markdown text={found.description} />
          </Suspense>
        )}
      </div>
    </>
  );
}

function LatestNotes({ found }: { found: Case }) {
  const { data } = useQuery(latestNotesQuery(found.id));
  const notes = [...(data ?? [])].sort((a, b) => b.updatedAt - a.updatedAt).slice(0, 4);
  return (
    <>
      <div className="side-head">
        Notes <span className="t3">{count(found.counts.notes)}</span>
        <Link className="lnk f12 right" href={`/cases/${found.number}/notes`}>
          {found.counts.notes === 0 ? 'Write one' : 'Open notes'}
        </Link>
      </div>
      {data && notes.length === 0 && <p className="section t2 f12">No note yet.</p>}
      {notes.map((note) => (
        <Link key={note.id} className="side-row" href={`/cases/${found.number}/notes/${note.id}`}>
          <span className="m el">
            <Text>{note.title === '' ? 'Untitled note' : note.title}</Text>
          </span>
          <span className="f12 t3">
            <Age at={note.updatedAt} />
          </span>
          <span className="f12 t2 el side-row-text">
            <Text>{noteExtract(note.body, 160)}</Text>
          </span>
        </Link>
      ))}
    </>
  );
}

function EvidenceShort({ found }: { found: Case }) {
  const { data } = useQuery(evidenceQuery(found.id));
  const bytes = (data ?? []).reduce((sum, each) => sum + each.size, 0);
  return (
    <>
      <div className="side-head">
        Evidence
        <span className="t3">
          {data && (data.length === 0 ? 'none' : `${plural(data.length, 'file')}, ${fileSize(bytes)}`)}
        </span>
      </div>
      {data && data.length === 0 && (
        <p className="section t2 f12">Drop a file: it is sealed and hashed before anything reads it.</p>
      )}
      {data?.slice(0, 8).map((file) => (
        <Link key={file.id} className="evidence-row" href={`/cases/${found.number}/evidence`}>
          <span className="t3">
            <MediaIcon mediaType={file.mediaType} />
          </span>
          <span className="el">
            <Text>{file.name}</Text>
          </span>
          <span className="f12 t3">{fileSize(file.size)}</span>
        </Link>
      ))}
    </>
  );
}
