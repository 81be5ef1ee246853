import { IconInbox, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Intake } from '../../../shared/contract/intake.ts';
import { useEngagement } from '../../state/engagement.ts';
import { type Upload, frameStore, useFrame } from '../../state/frame-store.ts';
import { chooseFiles } from '../../state/take-in.ts';
import { Button, Empty, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, fileSize } from '../../ui/format.ts';
import { MediaIcon } from '../../ui/icons.tsx';
import { Hint, Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { intakesQuery } from './queries.ts';
import { DemoButton } from '../welcome/demo-button.tsx';
import { stateWords } from './state-words.ts';
import './intake.css';

/** What was dropped or pasted, newest first, and what is being taken in. */
export function IntakeListPage() {
  const engagement = useEngagement();
  const { data, error, refetch } = useQuery(intakesQuery(engagement?.id));
  const uploads = useFrame((frame) => frame.uploads);
  const [, navigate] = useLocation();
  const [cursor, setCursor] = useState(0);
  const rows = data ?? [];
  const open = (index: number): void => {
    const row = rows[index];
    if (row) navigate(`/intake/${row.id}`);
  };
  const choose = (): void =>
    void chooseFiles(engagement?.id).then((ids) => {
      if (ids.length === 1 && ids[0] !== undefined) navigate(`/intake/${ids[0]}`);
    });
  useKeys([
    { keys: 'j', run: () => setCursor(stepCursor(rows, cursor, 1)) },
    { keys: 'k', run: () => setCursor(stepCursor(rows, cursor, -1)) },
    { keys: 'ArrowDown', run: () => setCursor(stepCursor(rows, cursor, 1)) },
    { keys: 'ArrowUp', run: () => setCursor(stepCursor(rows, cursor, -1)) },
    { keys: 'Enter', run: () => open(cursor) },
    { keys: 'mod+o', label: 'Choose files', run: choose },
  ]);

  return (
    <>
      <div className="page-head">
        <h1>Intake</h1>
        <span className="f12 t3">{data && `${count(rows.length)} taken in, newest first`}</span>
        <span className="right" />
        <Button kind={rows.length === 0 ? undefined : 'primary'} keys="Control+O" onClick={choose}>
          Choose files
          <Kbd keys={['Ctrl', 'O']} />
        </Button>
      </div>
      {uploads.map((upload) => (
        <UploadRow key={upload.id} upload={upload} />
      ))}
      {error && (
        <div className="section">
          <ErrorNote error={error} onRetry={() => void refetch()} />
        </div>
      )}
      {!data && !error && <Skeleton />}
      {data && rows.length === 0 && uploads.length === 0 && (
        <Empty
          icon={IconInbox}
          title="Drop a file, a mail or text anywhere"
          actions={
            <>
              <Button kind="primary" onClick={choose}>
                Choose files <Kbd keys={['Ctrl', 'O']} />
              </Button>
              <DemoButton />
            </>
          }
        >
          You see what it is and what it holds. Or paste text or a picture with Ctrl V. Nothing is sent until you say so
          on the run sheet.
        </Empty>
      )}
      {rows.length > 0 && (
        <>
          <VirtualGrid
            label="Intake"
            rows={rows}
            rowKey={(row) => row.id}
            rowHeight={() => 40}
            columns="16px minmax(0, 1fr) minmax(120px, 220px) 96px minmax(150px, 240px) 72px"
            head={
              <>
                <span role="columnheader">
                  <span className="visually-hidden">Kind</span>
                </span>
                <span role="columnheader">Name</span>
                <span role="columnheader">What it is</span>
                <span role="columnheader" className="num">
                  Size
                </span>
                <span role="columnheader">State</span>
                <span role="columnheader" className="num">
                  Received
                </span>
              </>
            }
            cursor={cursor}
            onCursor={setCursor}
            onOpen={open}
            renderRow={(row) => <Row intake={row} onOpen={() => navigate(`/intake/${row.id}`)} />}
          />
          <div className="hints">
            <Hint keys={['J', 'K']}>Move</Hint>
            <Hint keys={['Enter']}>Open</Hint>
            <Hint keys={['Ctrl', 'V']}>Paste text or a picture</Hint>
          </div>
        </>
      )}
    </>
  );
}

function Row({ intake, onOpen }: { intake: Intake; onOpen(): void }) {
  return (
    <>
      <span role="gridcell" className="t3">
        <MediaIcon mediaType={intake.mediaType} />
      </span>
      <span role="gridcell">
        <button type="button" className="m el" style={{ maxWidth: '100%' }} tabIndex={-1} onClick={onOpen}>
          <Text>{intake.name}</Text>
        </button>
      </span>
      <span role="gridcell" className="f12 t2 el" title={intake.typeLabel}>
        <Text>{intake.typeLabel === '' ? intake.mediaType : intake.typeLabel}</Text>
      </span>
      <span role="gridcell" className="f12 t3 num">
        {fileSize(intake.size)}
      </span>
      <span role="gridcell" className="f12 t2 el">
        {stateWords(intake)}
      </span>
      <span role="gridcell" className="f12 t3 num">
        <Age at={intake.receivedAt} />
      </span>
    </>
  );
}

function UploadRow({ upload }: { upload: Upload }) {
  const part = upload.total ? Math.min(1, upload.done / upload.total) : 0;
  if (upload.error !== null)
    return (
      <div className="section row">
        <div className="grow">
          <p className="m breaks">
            <Text>{upload.name}</Text> was not taken in
          </p>
          <ErrorNote error={upload.error} />
        </div>
        <Button kind="ghost" isIcon label="Dismiss" onClick={() => frameStore.getState().dropUpload(upload.id)}>
          <IconX size={15} stroke={1.75} />
        </Button>
      </div>
    );
  return (
    <div className="upload-row">
      <span className="el">
        Taking in <Text>{upload.name}</Text>
      </span>
      <span className="bar" role="progressbar" aria-label={upload.name} aria-valuenow={Math.round(part * 100)}>
        <i style={{ width: `${part * 100}%` }} />
      </span>
      <span className="row t2">
        {fileSize(upload.done)}
        {upload.total !== null && ` of ${fileSize(upload.total)}`}
        <button type="button" className="lnk" onClick={upload.cancel}>
          Cancel
        </button>
      </span>
    </div>
  );
}
