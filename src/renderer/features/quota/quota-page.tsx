import { useLocation } from 'wouter';
import { Tabs } from '../../ui/controls.tsx';
import { EgressTab } from '../egress/egress-tab.tsx';
import { QuotaTab } from './quota-tab.tsx';

export type QuotaPageTab = 'quota' | 'egress';

/** What may still be asked, and what has left: one page, two tabs. */
export function QuotaPage({ tab }: { tab: QuotaPageTab }) {
  const [, navigate] = useLocation();
  return (
    <>
      <div className="page-head">
        <h1>Quota and egress</h1>
      </div>
      <Tabs<QuotaPageTab>
        label="Quota and egress"
        value={tab}
        options={[
          { value: 'quota', label: 'Quota' },
          { value: 'egress', label: 'Egress' },
        ]}
        onChange={(next) => navigate(next === 'quota' ? '/quota' : `/quota/${next}`)}
      />
      {tab === 'quota' ? <QuotaTab /> : <EgressTab />}
    </>
  );
}
