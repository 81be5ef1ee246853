import { IconGitMerge } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { CaseRef } from '../../../shared/contract/case-merge.ts';
import type { Case } from '../../../shared/contract/entities.ts';
import { Text } from '../../ui/text.tsx';
import { mergeLinksQuery } from './queries.ts';

/** Where a case went, and what it was made of. */
export function MergeBanner({ found }: { found: Case }) {
  const isPart = found.mergedInto !== null || found.mergedFrom.length > 0;
  const { data } = useQuery({ ...mergeLinksQuery(found.id), enabled: isPart });
  if (!isPart || !data) return null;
  return (
    <div className="merge-banner f12" role="note">
      <IconGitMerge size={15} stroke={1.75} aria-hidden="true" />
      {data.into && (
        <span>
          Merged into <Ref of={data.into} />. Work goes on there.
        </span>
      )}
      {data.from.length > 0 && (
        <span>
          Made of{' '}
          {data.from.map((each, index) => (
            <span key={each.id}>
              {index > 0 && ', '}
              <Ref of={each} />
            </span>
          ))}
          , which were kept.
        </span>
      )}
    </div>
  );
}

function Ref({ of }: { of: CaseRef }) {
  return (
    <>
      <Link className="lnk" href={`/cases/${of.number}`}>
        #{of.number} <Text>{of.title}</Text>
      </Link>
      {of.isInTrash && <span className="t3"> (in the trash)</span>}
    </>
  );
}
