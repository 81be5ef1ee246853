import { IconArrowUpRight, IconFlask } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Preview, PreviewItem } from '../../../shared/contract/responders.ts';
import type { RespondRequest } from '../../state/respond-request.ts';
import { CardFacts } from '../../ui/card-facts.tsx';
import { PapChip, TlpChip } from '../../ui/chips.tsx';
import { Button, Segmented, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { fileSize, plural } from '../../ui/format.ts';
import { ClippedText, Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { ObjectLabel } from './object-label.tsx';
import { dryRunQuery, previewQuery, useRun } from './queries.ts';
import type { Choices } from './respond-dialog.tsx';

/** What leaves, to whom, what the gate says; then the exact text. The button names the target. */
export function ConfirmStep(props: { request: RespondRequest; chosen: Choices; onBack(): void; onClose(): void }) {
  const { request, chosen } = props;
  const { data, error, refetch } = useQuery(
    previewQuery({
      responderId: chosen.responder.id,
      objects: [...request.objects],
      evidenceIds: chosen.evidenceIds,
      parameters: chosen.parameters,
    }),
  );
  const run = useRun();
  const [at, setAt] = useState(0);
  if (error)
    return (
      <div className="respond">
        <ErrorNote error={error} onRetry={() => void refetch()} />
        <div className="dialog-actions">
          <Button onClick={props.onBack}>Back</Button>
        </div>
      </div>
    );
  if (!data) return <Skeleton lines={5} />;
  const runnable = data.items.filter((item) => item.verdict !== 'refused');
  const refused = data.items.length - runnable.length;
  const current = data.items[at];
  const confirm = (): void =>
    run.mutate(
      { previewId: data.id, indexes: runnable.map((item) => item.index) },
      {
        onSuccess: (jobs) => {
          toast(`${data.responder.name} started on ${plural(jobs.length, 'object')}`);
          props.onClose();
        },
      },
    );
  return (
    <div className="respond">
      <dl className="kv">
        <dt>Leaves</dt>
        <dd>
          {data.responder.isLocal ? 'Nothing: it runs on this machine' : <Text>{data.responder.card.leaves}</Text>}
        </dd>
        <CardFacts flavor={data.responder} />
        <dt>Answers</dt>
        <dd>It may ask for changes to the case. Each is applied by itself, is shown, and can be undone.</dd>
      </dl>
      {data.items.length > 1 && <ItemList items={data.items} at={at} onChange={setAt} />}
      {current && <Item key={current.index} preview={data} item={current} chosen={chosen} />}
      {run.error && <ErrorNote error={run.error} />}
      <div className="dialog-actions">
        {refused > 0 && runnable.length > 0 && <span className="f12 t3">{refused} refused, and left out</span>}
        <span className="right" />
        <Button onClick={props.onBack} autoFocus>
          Back
        </Button>
        <Button kind="primary" isDisabled={runnable.length === 0 || run.isPending} onClick={confirm}>
          {!data.responder.isLocal && <IconArrowUpRight size={14} stroke={1.75} aria-hidden="true" />}
          {verb(data, runnable)}
        </Button>
      </div>
    </div>
  );
}

/** "Send to mail.example.org:587", "Queue for …", "Run on 3". */
function verb(preview: Preview, runnable: readonly PreviewItem[]): string {
  if (runnable.length === 0) return 'Refused';
  const many = runnable.length > 1 ? ` ${runnable.length}` : '';
  if (preview.responder.isLocal) return `Run here${many === '' ? '' : ` on${many}`}`;
  const isWaiting = runnable.every((item) => item.verdict === 'waiting');
  return `${isWaiting ? 'Queue' : 'Send'}${many} ${isWaiting ? 'for' : 'to'} ${preview.destination}`;
}

const VERDICTS = { allowed: 'Runs now', waiting: 'Waits', refused: 'Refused' } as const;

function ItemList(props: { items: readonly PreviewItem[]; at: number; onChange(at: number): void }) {
  return (
    <div className="preview-list scroll" role="listbox" aria-label="Objects">
      {props.items.map((item, index) => (
        <button
          type="button"
          role="option"
          key={item.index}
          aria-selected={index === props.at}
          className="preview-row"
          onClick={() => props.onChange(index)}
        >
          <span className="el">
            <ObjectLabel type={item.object.type} label={item.label} />
          </span>
          <span className="f12 t3">{VERDICTS[item.verdict]}</span>
        </button>
      ))}
    </div>
  );
}

type Pane = 'facts' | 'json' | 'settings';

function Item({ preview, item, chosen }: { preview: Preview; item: PreviewItem; chosen: Choices }) {
  const [pane, setPane] = useState<Pane>('facts');
  const [isAsked, setAsked] = useState(false);
  const dry = useQuery({ ...dryRunQuery(preview.id, item.index), enabled: isAsked });
  return (
    <div className="respond-preview">
      <div className="row tight">
        <span className="b el">
          <ObjectLabel type={item.object.type} label={item.label} />
        </span>
        <span className="right" />
        <TlpChip tlp={item.tlp} />
        <PapChip pap={item.pap} />
      </div>
      {item.reason && (
        <p className="note f12" role={item.verdict === 'refused' ? 'alert' : undefined}>
          <Text>{item.reason.message}</Text> {item.instead !== null && <Text>{item.instead}</Text>}
        </p>
      )}
      <div className="row">
        <Segmented<Pane>
          label="What is shown"
          value={pane}
          options={[
            { value: 'facts', label: 'What goes' },
            { value: 'json', label: 'Exact text' },
            { value: 'settings', label: 'Settings' },
          ]}
          onChange={setPane}
        />
        <span className="f12 t3">{fileSize(item.bytes)}</span>
        <span className="right" />
        <Button
          size="small"
          isDisabled={dry.isFetching}
          onClick={() => (isAsked ? void dry.refetch() : setAsked(true))}
        >
          <IconFlask size={14} stroke={1.75} aria-hidden="true" />
          Dry run
        </Button>
      </div>
      {isAsked && <DryRun answer={dry.data} error={dry.error} />}
      <div className="preview-body scroll" tabIndex={0} role="region" aria-label="What would be sent">
        {pane === 'facts' ? (
          <dl className="kv preview-facts">
            {chosen.responder.parameters.map(({ name, label }) => {
              const typed = chosen.parameters[name] ?? '';
              return typed === '' ? null : <Fact key={`typed ${name}`} label={label} value={typed} />;
            })}
            {item.fields
              .filter((field) => field.value !== '')
              .map((field) => (
                <Fact key={field.label} label={field.label} value={field.value} />
              ))}
            {item.attachments.map((file) => (
              <Fact
                key={file.evidenceId}
                label="File"
                value={`${file.name}, sent as ${file.sentAs} (${fileSize(file.size)})`}
              />
            ))}
          </dl>
        ) : (
          <pre className="mono f12 preview-json">
            <ClippedText clip={100_000}>{pane === 'json' ? item.objectJson : preview.settingsJson}</ClippedText>
          </pre>
        )}
      </div>
    </div>
  );
}

const Fact = ({ label, value }: { label: string; value: string }) => (
  <>
    <dt>{label}</dt>
    <dd className="breaks">
      <Text>{value}</Text>
    </dd>
  </>
);

interface Answer {
  hasRun: boolean;
  isOk: boolean;
  messages: string[];
  full: Record<string, unknown> | null;
}

function DryRun({ answer, error }: { answer: Answer | undefined; error: unknown }) {
  if (error !== null && error !== undefined) return <ErrorNote error={error} />;
  if (!answer) return <p className="f12 t3">Runs without a network, so that it cannot act…</p>;
  return (
    <div className="note f12 dry-run" role="status">
      <p className="m">{answer.isOk ? (answer.hasRun ? 'Dry run: nothing was sent' : 'Ready') : 'It would fail'}</p>
      {answer.messages.map((message) => (
        <p key={message} className="breaks">
          <Text>{message}</Text>
        </p>
      ))}
      {answer.full !== null && (
        <pre className="mono f12 preview-json dry-json scroll">
          <ClippedText clip={20_000}>{JSON.stringify(answer.full, null, 2)}</ClippedText>
        </pre>
      )}
    </div>
  );
}
