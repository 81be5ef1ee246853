import { IconCopy } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import type { AlertDetail } from '../../../shared/contract/alerts.ts';
import { undoable } from '../../state/undoable.ts';
import { PapPicker, SeverityPicker, TlpPicker } from '../../ui/chips.tsx';
import { Button } from '../../ui/controls.tsx';
import { TagEditor } from '../../ui/tag-editor.tsx';
import { Text } from '../../ui/text.tsx';
import { Age, DateTime } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import { AlertStatusMark } from './alert-words.tsx';

const Markdown = lazy(() => import('../../ui/markdown.tsx'));

/** A long text is cut until asked for: the values below it matter more. */
const SHORT = 1_200;

/** Title, marking, where it comes from, what it says. */
export function AlertFacts({ alert }: { alert: AlertDetail }) {
  const change = (patch: object): void => void undoable('Alert changed', 'alerts.update', { id: alert.id, patch });
  return (
    <>
      <div className="section">
        <h2 className="alert-heading">
          <Text>{alert.title}</Text>
        </h2>
        <div className="row tight wrap" style={{ marginTop: 8 }}>
          <AlertStatusMark alert={alert} />
          {alert.caseNumber !== null && (
            <Link className="lnk f12 m" href={`/cases/${alert.caseNumber}`}>
              in case #{alert.caseNumber}
            </Link>
          )}
          <SeverityPicker value={alert.severity} onChange={(severity) => change({ severity })} />
          <TlpPicker label="Alert" value={alert.tlp} onChange={(tlp) => change({ tlp })} />
          <PapPicker label="Alert" value={alert.pap} onChange={(pap) => change({ pap })} />
        </div>
        <div className="row tight wrap" style={{ marginTop: 6 }}>
          <TagEditor tags={alert.tags} onChange={(tags) => change({ tags })} />
        </div>
        <dl className="kv" style={{ marginTop: 10 }}>
          <dt>From</dt>
          <dd className="breaks">
            <Text>{`${alert.type} · ${alert.source}`}</Text>
          </dd>
          <dt>Reference</dt>
          <dd className="row tight">
            <span className="mono el f12" title={alert.sourceRef}>
              <Text>{alert.sourceRef}</Text>
            </span>
            <CopyText label="Copy reference" text={alert.sourceRef} />
          </dd>
          {alert.externalLink !== '' && (
            <>
              <dt>Link</dt>
              <dd className="row tight">
                <span className="mono el f12" title={alert.externalLink}>
                  <Text>{alert.externalLink}</Text>
                </span>
                <CopyText label="Copy link" text={alert.externalLink} />
              </dd>
            </>
          )}
          <dt>Happened</dt>
          <dd>
            <DateTime at={alert.date} />
          </dd>
          <dt>Arrived</dt>
          <dd>
            <Age at={alert.createdAt} />
            {alert.lastSyncAt > alert.createdAt && (
              <span className="t3">
                , last news <Age at={alert.lastSyncAt} />
              </span>
            )}
          </dd>
          {alert.customFields.map(({ name, type, value }) => (
            <FieldRow key={name} name={name} type={type} value={value} />
          ))}
        </dl>
      </div>
      {alert.description !== '' && <Description key={alert.id} text={alert.description} />}
    </>
  );
}

function FieldRow({ name, type, value }: { name: string; type: string; value: string | number | boolean | null }) {
  return (
    <>
      <dt className="el" title={name}>
        {name}
      </dt>
      <dd className="breaks">
        {value === null ? (
          <span className="t3">not set</span>
        ) : type === 'date' && typeof value === 'number' ? (
          <DateTime at={value} />
        ) : (
          <Text>{typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)}</Text>
        )}
      </dd>
    </>
  );
}

function Description({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? text : text.slice(0, SHORT);
  return (
    <div className="section alert-description">
      <Suspense fallback={null}>
        <Markdown text={shown} />
      </Suspense>
      {text.length > SHORT && (
        <button type="button" className="lnk f12" onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show less' : 'Show all of it'}
        </button>
      )}
    </div>
  );
}

function CopyText({ label, text }: { label: string; text: string }) {
  return (
    <Button
      kind="ghost"
      size="small"
      isIcon
      label={label}
      onClick={() => void navigator.clipboard.writeText(text).then(() => toast('Copied as it is written'))}
    >
      <IconCopy size={13} stroke={1.75} />
    </Button>
  );
}
