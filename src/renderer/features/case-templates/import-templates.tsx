import { Modal } from '@mantine/core';
import { useState } from 'react';
import { MAX_TEMPLATE_BYTES } from '../../../shared/contract/case-templates.ts';
import { AppError } from '../../../shared/errors.ts';
import { type Output } from '../../api/client.ts';
import { undoable } from '../../state/undoable.ts';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';

type Taken = 'refuse' | 'replace' | 'keepBoth';

/** A file whose template has a name that is taken, until the user says which one is to stay. */
export interface PendingImport {
  name: string;
  retry(taken: Taken): Promise<unknown>;
}

export interface ImportReport {
  fileName: string;
  /** What is wrong with it; empty for one that was imported. */
  faults: readonly string[];
  /** What was understood in another way than it stands. */
  notes: readonly string[];
}

/** Reads the chosen files and imports them one by one; what is wrong with one does not stop the others. */
export function useTemplateImport(onTaken: (pending: PendingImport) => void) {
  const [reports, setReports] = useState<readonly ImportReport[]>([]);

  const send = async (fileName: string, text: string, taken: Taken): Promise<void> => {
    const done = await undoable(importedWords, 'caseTemplates.import', { fileName, text, taken });
    if (done.notes.length > 0) setReports((known) => [...known, { fileName, faults: [], notes: done.notes }]);
  };

  const run = async (files: readonly File[]): Promise<void> => {
    setReports([]);
    for (const file of files) {
      try {
        if (file.size > MAX_TEMPLATE_BYTES) throw new AppError('too_large', 'It is larger than 3 MB; no template is.');
        const text = await file.text();
        await send(file.name, text, 'refuse').catch((error: unknown) => {
          const name = error instanceof AppError && error.code === 'conflict' ? error.details?.['name'] : undefined;
          if (typeof name !== 'string') throw error;
          onTaken({ name, retry: (taken) => send(file.name, text, taken) });
        });
      } catch (error) {
        const report = { fileName: file.name, faults: faultsOf(error), notes: [] };
        setReports((known) => [...known, report]);
      }
    }
  };
  return { run, reports, clear: () => setReports([]) };
}

function importedWords({ templates, madeFields }: Output<'caseTemplates.import'>): string {
  const names = templates.map(({ name }) => name).join(', ');
  const made = madeFields.length === 0 ? '' : ` with ${plural(madeFields.length, 'new custom field')}`;
  return templates.length === 1
    ? `Template ${names} imported${made}`
    : `${plural(templates.length, 'template')} imported${made}`;
}

function faultsOf(error: unknown): readonly string[] {
  const faults = error instanceof AppError ? error.details?.['faults'] : undefined;
  if (Array.isArray(faults)) return faults;
  return [error instanceof Error ? error.message : 'It could not be read.'];
}

/** What is wrong with the files that could not be taken, and where; what was changed in those that were. */
export function ImportReports({ reports, onClose }: { reports: readonly ImportReport[]; onClose(): void }) {
  if (reports.length === 0) return null;
  const isBad = reports.some(({ faults }) => faults.length > 0);
  return (
    <div className="note import-problems" role={isBad ? 'alert' : 'status'}>
      <div className="grow breaks">
        {reports.map(({ fileName, faults, notes }) => (
          <div key={fileName}>
            <b className="m">
              <Text>{fileName}</Text>{' '}
              {faults.length > 0 ? 'was not imported, and nothing was changed.' : 'was imported.'}
            </b>
            <ul>
              {[...faults, ...notes].slice(0, 20).map((fault) => (
                <li key={fault}>
                  <Text>{fault}</Text>
                </li>
              ))}
              {faults.length > 20 && <li>And {faults.length - 20} more.</li>}
            </ul>
          </div>
        ))}
      </div>
      <Button size="small" onClick={onClose}>
        Dismiss
      </Button>
    </div>
  );
}

/** Never silently over one that is there, least of all over one with changes that are not saved. */
export function NameTaken(props: {
  pending: PendingImport | undefined;
  hasDraft: boolean;
  onChoose(taken: 'replace' | 'keepBoth'): void;
  onClose(): void;
}) {
  const { pending } = props;
  return (
    <Modal opened={pending !== undefined} onClose={props.onClose} title="There is a template of that name" size="sm">
      {pending && (
        <>
          <p className="t2 f12">
            “<Text>{pending.name}</Text>” is there already.
            {props.hasDraft && ' You have changes to it that are not saved; replacing it drops them.'}
          </p>
          <div className="dialog-actions">
            <Button onClick={props.onClose}>Do not import</Button>
            <Button onClick={() => props.onChoose('replace')}>
              {props.hasDraft ? 'Replace it and my changes' : 'Replace it'}
            </Button>
            <Button kind="primary" autoFocus onClick={() => props.onChoose('keepBoth')}>
              Keep both
            </Button>
          </div>
        </>
      )}
    </Modal>
  );
}
