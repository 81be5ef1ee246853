import { IconInfoCircle } from '@tabler/icons-react';
import { Text } from '../../ui/text.tsx';
import type { SearchAnswer } from './queries.ts';

/** What of the text was not understood: the place, why, and what to write. The results below are of the rest. */
export function SearchProblems({ text, problems }: { text: string; problems: SearchAnswer['problems'] }) {
  if (problems.length === 0) return null;
  return (
    <ul className="search-problems" role="status" aria-label="Not understood">
      {problems.map((problem) => (
        <li key={`${problem.from}-${problem.message}`} className="row">
          <IconInfoCircle size={15} stroke={1.75} aria-hidden="true" />
          <span className="mono f12">
            <span className="t3">
              <Text>{text.slice(Math.max(0, problem.from - 24), problem.from)}</Text>
            </span>
            <u>
              <Text>{text.slice(problem.from, problem.to).slice(0, 80)}</Text>
            </u>
          </span>
          <span>
            <Text>{problem.message}</Text>{' '}
            <span className="t2">
              <Text>{problem.hint}</Text>
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
