import { IconAlertTriangleFilled, IconHistory } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Intake, PartNode } from '../../../shared/contract/intake.ts';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';

/** What could not be read. Stands above the grid: a partial result must not look like a clean one. */
export function CoverageNotice({ intake, parts }: { intake: Intake; parts: ReadonlyMap<string, PartNode> }) {
  const skipped = intake.coverage?.skipped ?? [];
  if (skipped.length === 0) return null;
  return (
    <details className="coverage" open={skipped.length <= 3}>
      <summary>
        <span className="mark" data-level="suspicious">
          <IconAlertTriangleFilled size={14} aria-hidden="true" />
        </span>
        <b className="m">Not read: {plural(skipped.length, 'part')}.</b>
        What is listed below is not all that the file may hold.
      </summary>
      <ul>
        {skipped.slice(0, 200).map((each, index) => (
          <li key={index} className="breaks">
            <b className="m">
              <Text>{parts.get(each.part)?.name ?? each.part}</Text>
            </b>
            : <Text>{each.reason}</Text>
          </li>
        ))}
        {skipped.length > 200 && <li>and {plural(skipped.length - 200, 'more part', 'more parts')}</li>}
      </ul>
    </details>
  );
}

/** The same bytes were here before: where, and the reports that exist already. */
export function SeenBefore({ intake }: { intake: Intake }) {
  if (intake.seenBefore.length === 0) return null;
  return (
    <div className="seen-before" role="status">
      <IconHistory size={15} stroke={1.75} aria-hidden="true" />
      <span className="grow breaks">
        <b className="m">The same bytes were here before.</b>{' '}
        {intake.seenBefore.slice(0, 5).map((seen, index) => (
          <span key={index}>
            {index > 0 && '; '}
            {seen.caseNumber === null ? (
              <>
                in Intake as “<Text>{seen.title}</Text>”
              </>
            ) : (
              <>
                in{' '}
                <Link className="lnk" href={`/cases/${seen.caseNumber}`}>
                  #{seen.caseNumber} <Text>{seen.title}</Text>
                </Link>
              </>
            )}
            , <Age at={seen.at} />
            {seen.reports > 0 && seen.observableId !== null && (
              <>
                {' '}
                with{' '}
                <Link className="lnk" href={`/observables/${seen.observableId}`}>
                  {plural(seen.reports, 'earlier report')}
                </Link>
              </>
            )}
          </span>
        ))}
        {intake.seenBefore.length > 5 && ` and ${plural(intake.seenBefore.length - 5, 'other time')}`}
      </span>
    </div>
  );
}
