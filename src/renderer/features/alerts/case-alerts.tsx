import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Case } from '../../../shared/contract/entities.ts';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { detachAlerts } from './actions.ts';
import { AlertStatusMark } from './alert-words.tsx';
import { alertsOfCaseQuery } from './queries.ts';
import './alerts.css';

/** The alerts that a case is made of; nothing where there is none. */
export function CaseAlerts({ found }: { found: Pick<Case, 'id' | 'engagementId'> }) {
  const { data } = useQuery(alertsOfCaseQuery(found.engagementId, found.id));
  if (!data || data.items.length === 0) return null;
  return (
    <>
      <div className="side-head">
        Alerts
        <span className="t3">
          {data.items.length}
          {data.next !== null && '+'}
        </span>
      </div>
      {data.items.map((alert) => (
        <div key={alert.id} className="case-alert">
          <Link className="m el" href={`/alerts/${alert.id}`}>
            <Text>{alert.title}</Text>
          </Link>
          <span className="f12 t3">
            <Age at={alert.date} />
          </span>
          <span className="row f12 t3">
            <AlertStatusMark alert={alert} />
            <span className="el">
              <Text>{`${alert.type} · ${alert.source}`}</Text>, {plural(alert.observables, 'observable')}
            </span>
          </span>
          <Button
            size="small"
            kind="ghost"
            label={`Detach ${alert.title} from this case`}
            onClick={() => void detachAlerts([alert.id])}
          >
            Detach
          </Button>
        </div>
      ))}
    </>
  );
}
