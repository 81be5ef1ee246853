import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Case } from '../../../shared/contract/entities.ts';
import { TaxonomyChips, Verdict } from '../../ui/chips.tsx';
import { DataTypeMark } from '../../ui/icons.tsx';
import { Value } from '../../ui/value.tsx';
import { worstObservablesQuery } from './queries.ts';

/** The observables somebody should look at first: malicious, then suspicious ones. Nothing where there are none. */
export function WorstObservables({ found }: { found: Case }) {
  const isWorth = found.counts.malicious + found.counts.suspicious > 0;
  const { data: malicious } = useQuery({ ...worstObservablesQuery(found.id, 'malicious'), enabled: isWorth });
  const { data: suspicious } = useQuery({ ...worstObservablesQuery(found.id, 'suspicious'), enabled: isWorth });
  const rows = [...(malicious?.items ?? []), ...(suspicious?.items ?? [])].slice(0, 8);
  if (rows.length === 0) return null;
  return (
    <section aria-label="Look at these first">
      <div className="side-head">
        Look at these first
        <Link className="lnk f12 right" href={`/cases/${found.number}/observables`}>
          All observables
        </Link>
      </div>
      {rows.map((row) => (
        <Link key={row.id} className="worst-row" href={`/observables/${row.id}`}>
          <DataTypeMark dataType={row.dataType} />
          <Value dataType={row.dataType} value={row.value} />
          <Verdict level={row.verdict} isBare />
          <TaxonomyChips taxonomies={row.taxonomies} max={2} />
        </Link>
      ))}
    </section>
  );
}
