import { IconClipboardList, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Redirect, useLocation } from 'wouter';
import { type RunRequest, useRunRequest } from '../../state/run-request.ts';
import { PapChip, TlpChip } from '../../ui/chips.tsx';
import { Button, Empty, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { typeWords } from '../../ui/icons.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Text } from '../../ui/text.tsx';
import { SetMenu } from '../analyzer-settings/set-menu.tsx';
import { flavorsQuery, planQuery, type Swap } from './queries.ts';
import { Sheet } from './sheet.tsx';
import { isEmptySheet } from './sheet-state.ts';
import './run-sheet.css';

/** The outbound manifest: nothing has started, and the edge of the machine is a line on the page. */
export function RunSheetPage() {
  const request = useRunRequest();
  if (!request) return <Redirect to="/jobs" />;
  return <PlannedSheet request={request} />;
}

function PlannedSheet({ request }: { request: RunRequest }) {
  const [swaps, setSwaps] = useState<readonly Swap[]>([]);
  const { data, error, refetch } = useQuery(planQuery(request, swaps));
  const [, navigate] = useLocation();
  const close = (): void => navigate(request.backTo);
  useKeys([{ keys: 'Escape', run: close }]);
  const sheet = data?.sheet && !isEmptySheet(data.sheet) ? data.sheet : undefined;
  return (
    <>
      <div className="page-head">
        <IconClipboardList size={18} stroke={1.75} className="t3" aria-hidden="true" />
        <h1>{'waiting' in request ? 'Flush' : 'Run sheet'}</h1>
        <span className="f12 t3 el">
          <Text>{request.about}</Text>. Nothing runs until you press Run. <Text>{data?.note ?? ''}</Text>
        </span>
        <span className="right" />
        {sheet && (
          <span className="row tight">
            <span className="f12 t2">Strictest</span>
            <TlpChip tlp={sheet.strictest.tlp} />
            <PapChip pap={sheet.strictest.pap} />
          </span>
        )}
        {'plan' in request && request.isRefresh !== true && <SetMenu request={request} asked={request.plan} />}
        <Button kind="ghost" isIcon label="Close" keys="Escape" onClick={close}>
          <IconX size={16} stroke={1.75} />
        </Button>
      </div>
      {error && (
        <div className="section">
          <ErrorNote error={error} onRetry={() => void refetch()} />
        </div>
      )}
      {!data && !error && <Skeleton lines={6} />}
      {data && !sheet && <NothingApplies kind={data.kind} onBack={close} />}
      {data && sheet && (
        <Sheet
          key={sheet.id}
          sheet={sheet}
          kind={data.kind}
          isRefresh={request.isRefresh === true}
          swaps={swaps}
          onSwap={(swap) => setSwaps([...swaps, swap])}
          onStarted={close}
          onReplan={() => void refetch()}
        />
      )}
    </>
  );
}

const NOTHING = {
  plan: 'No analyzer takes this',
  waiting: 'Nothing waits any more',
  retry: 'Nothing of this can be tried again',
} as const;

function NothingApplies({ kind, onBack }: { kind: keyof typeof NOTHING; onBack(): void }) {
  const { data } = useQuery(flavorsQuery);
  const types = [...new Set(data?.flatMap((flavor) => flavor.dataTypes))].map(typeWords).sort();
  return (
    <Empty
      icon={IconClipboardList}
      title={NOTHING[kind]}
      actions={
        <Button keys="Escape" onClick={onBack}>
          Back <Kbd keys={['Esc']} />
        </Button>
      }
    >
      {kind === 'plan'
        ? `The ${plural(data?.length ?? 0, 'analyzer')} of this workspace work on: ${types.join(', ')}. Others can be added under Analyzers.`
        : 'The jobs ended, were cancelled or run by now.'}
    </Empty>
  );
}
