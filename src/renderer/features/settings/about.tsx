import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FilterField, Skeleton } from '../../ui/controls.tsx';
import { count } from '../../ui/format.ts';
import { VirtualGrid } from '../../ui/virtual-grid.tsx';
import { componentsQuery, doctorQuery } from './queries.ts';

const PART_WORDS = { core: 'program', window: 'window', desktop: 'desktop', data: 'data' } as const;

/** What Osmia is made of: every package and data set in it with its licence. The same list as `npm run sbom`. */
export function About() {
  const { data: health } = useQuery(doctorQuery);
  const { data } = useQuery(componentsQuery);
  const [text, setText] = useState('');
  const [cursor, setCursor] = useState(-1);
  const wanted = text.trim().toLowerCase();
  const rows = (data ?? []).filter((each) =>
    `${each.name} ${each.version} ${each.licence}`.toLowerCase().includes(wanted),
  );
  return (
    <section aria-labelledby="settings-about">
      <div className="row">
        <h2 id="settings-about">About</h2>
        <span className="f12 t3">{health && `Osmia ${health.osmia}, Apache-2.0`}</span>
      </div>
      <p className="help">
        Made of {data ? count(data.length) : ''} packages and data sets of other people. As CycloneDX: npm run sbom.
      </p>
      {!data && <Skeleton />}
      {data && (
        <>
          <FilterField label="Find a package or a licence" value={text} onChange={setText} />
          <div className="components">
            <VirtualGrid
              label="Components"
              rows={rows}
              rowKey={(row) => `${row.name} ${row.version}`}
              rowHeight={() => 28}
              columns="minmax(0, 1fr) 90px 110px 70px"
              head={
                <>
                  <span role="columnheader">Name</span>
                  <span role="columnheader">Version</span>
                  <span role="columnheader">Licence</span>
                  <span role="columnheader">In</span>
                </>
              }
              cursor={cursor}
              onCursor={setCursor}
              renderRow={(row) => (
                <>
                  <span role="gridcell" className="el">
                    {row.name}
                  </span>
                  <span role="gridcell" className="f12 t2 el">
                    {row.version}
                  </span>
                  <span role="gridcell" className="f12 t2 el">
                    {row.licence}
                  </span>
                  <span role="gridcell" className="f12 t3">
                    {PART_WORDS[row.part]}
                  </span>
                </>
              )}
            />
          </div>
          {rows.length === 0 && <p className="f12 t2">None of {count(data.length)} matches.</p>}
        </>
      )}
    </section>
  );
}
