import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { defectsQuery } from './queries.ts';

const FIRST = 100;

/** What is wrong in the descriptors of a source, a line each; grouped by file so that one can be mended at a time. */
export function Defects() {
  const { data } = useQuery(defectsQuery);
  const [shown, setShown] = useState(FIRST);
  if (!data || data.length === 0) return null;
  const fatal = data.filter(({ isFatal }) => isFatal).length;
  return (
    <div className="section">
      <h2>
        Defects <span className="t3 f12">{plural(data.length, 'line')}</span>
      </h2>
      <p className="help">
        {fatal === 0
          ? 'Each is worked around; nothing is left out for them.'
          : `${plural(fatal, 'entry', 'entries')} could not be loaded; the others are worked around.`}
      </p>
      <ul className="f12 t2 breaks defects">
        {data.slice(0, shown).map((defect, index) => (
          <li key={index}>
            <span className="mono t3">
              <Text>{`${defect.source}/${defect.file}`}</Text>
            </span>
            <br />
            {defect.isFatal && <b className="m">Not loaded: </b>}
            <Text>{defect.message}</Text>
          </li>
        ))}
      </ul>
      {data.length > shown && (
        <button type="button" className="lnk f12" onClick={() => setShown(shown + 500)}>
          Show {plural(data.length - shown, 'more', 'more')}
        </button>
      )}
    </div>
  );
}
