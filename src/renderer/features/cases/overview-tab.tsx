import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Case } from '../../../shared/contract/entities.ts';
import { isClosed } from '../../../shared/model/case-state.ts';
import type { Level } from '../../../shared/model/report.ts';
import { count, fileSize, plural } from '../../ui/format.ts';
import { LEVEL_WORDS, LevelIcon, MediaIcon } from '../../ui/icons.tsx';
import { noteExtract } from '../../ui/note-extract.ts';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { CustomFields } from '../custom-fields/custom-fields.tsx';
import { CaseAlerts } from '../alerts/case-alerts.tsx';
import { ObjectRuns } from '../responders/object-runs.tsx';
import { CaseFacts } from './case-facts.tsx';
import { MarkdownField } from './markdown-field.tsx';
import { RelatedCases } from './related-cases.tsx';
import { WorstObservables } from './worst-observables.tsx';
import { evidenceQuery, firstNotesQuery, useUpdateCase } from './queries.ts';

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
        <CaseFacts found={found} />
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
        {(isClosed(found.status) || found.summary !== '') && <Summary found={found} />}
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

function Summary({ found }: { found: Case }) {
  const update = useUpdateCase(found.id);
  return (
    <MarkdownField
      title="Summary"
      text={found.summary}
      empty="How it ended, for whoever opens it next year."
      error={update.error}
      isPending={update.isPending}
      onSave={(summary, done) => update.mutate({ summary }, { onSuccess: done })}
    />
  );
}

function Description({ found }: { found: Case }) {
  const update = useUpdateCase(found.id);
  return (
    <MarkdownField
      title="Description"
      text={found.description}
      empty="What happened, who asked, what they expect. Markdown works."
      error={update.error}
      isPending={update.isPending}
      onSave={(description, done) => update.mutate({ description }, { onSuccess: done })}
    />
  );
}

function LatestNotes({ found }: { found: Case }) {
  const { data } = useQuery(firstNotesQuery(found.id));
  const notes = data?.items ?? [];
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
            <Text>{noteExtract(note.extract, 160)}</Text>
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
