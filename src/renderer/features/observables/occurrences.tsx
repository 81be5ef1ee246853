import { IconFileText, IconReportAnalytics, IconNotes } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Observable } from '../../../shared/contract/entities.ts';
import { defang } from '../../../shared/model/defang.ts';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { caseNumberQuery, occurrencesQuery } from './queries.ts';

const SHOWN = 20;

/** Where the value stands in the case, each with the words around it and a jump. */
export function Occurrences({ observable }: { observable: Observable }) {
  const { data } = useQuery(occurrencesQuery(observable.id));
  const { data: home } = useQuery(caseNumberQuery(observable.caseId));
  const value = defang(observable.dataType, observable.value);
  const base = home ? `/cases/${home.number}` : '/cases';
  return (
    <div className="section">
      <h2>Where found</h2>
      {data && (
        <ul className="occurrences f12 t2">
          {data.report && (
            <li>
              <IconReportAnalytics size={13} stroke={1.75} aria-hidden="true" />
              <Link className="lnk" href={`/reports/${data.report.jobId}`}>
                Proposed by <Text>{data.report.analyzer}</Text>
              </Link>
            </li>
          )}
          {data.places.slice(0, SHOWN).map((place, index) => (
            <li key={index} className="breaks">
              <IconFileText size={13} stroke={1.75} aria-hidden="true" />
              {data.intakeId === null ? (
                <PlaceName evidence={data.evidence?.name} place={place} />
              ) : (
                <Link className="lnk" href={`/intake/${data.intakeId}`}>
                  <PlaceName evidence={data.evidence?.name} place={place} />
                </Link>
              )}
              {place.text !== '' && (
                <span className="mono">
                  <mark>
                    <Text>{defang(observable.dataType, place.text.slice(0, 200))}</Text>
                  </mark>
                </span>
              )}
            </li>
          ))}
          {data.places.length > SHOWN && <li>and {plural(data.places.length - SHOWN, 'other place')}</li>}
          {data.notes.map((note) => (
            <li key={note.noteId} className="breaks">
              <IconNotes size={13} stroke={1.75} aria-hidden="true" />
              <Link
                className="lnk"
                href={note.taskId === null ? `${base}/notes/${note.noteId}` : `${base}/tasks/${note.taskId}`}
              >
                <Text>
                  {note.title === '' ? (note.taskId === null ? 'Untitled note' : 'A task’s log') : note.title}
                </Text>
              </Link>
              <span>
                <Text>{note.before}</Text>
                <mark>
                  <Text>{value.slice(0, 200)}</Text>
                </mark>
                <Text>{note.after}</Text>
              </span>
            </li>
          ))}
          {data.places.length + data.notes.length === 0 && !data.report && (
            <li>{observable.dataType === 'file' ? 'The file itself, evidence of this case.' : 'Added by hand.'}</li>
          )}
        </ul>
      )}
      {home && (
        <p className="f12" style={{ marginTop: 6 }}>
          <Link className="lnk" href={base}>
            #{home.number} <Text>{home.title}</Text>
          </Link>
        </p>
      )}
    </div>
  );
}

function PlaceName(props: {
  evidence: string | undefined;
  place: { part: string; line?: number | undefined; page?: number | undefined };
}) {
  const { evidence, place } = props;
  return (
    <>
      <Text>{place.part === '/' && evidence !== undefined ? evidence : place.part}</Text>
      {place.line !== undefined && `, line ${place.line}`}
      {place.page !== undefined && `, page ${place.page}`}
    </>
  );
}
