import { IconPaperclip, IconX } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { Draft } from '../../../shared/contract/notes.ts';
import type { Task, TaskLog } from '../../../shared/contract/tasks.ts';
import { undoable } from '../../state/undoable.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { addFile } from '../notes/add-files.ts';
import { type Editor, MarkdownEditor } from '../notes/editor/markdown-editor.tsx';
import { MakeObservable } from '../notes/make-observable.tsx';
import { findMentions } from '../notes/queries.ts';
import { useDraft, WRITER } from '../notes/use-draft.ts';
import { Attached } from './task-rows.tsx';
import { isOver } from './task-words.ts';
import '../notes/notes.css';

interface AttachedFile {
  id: string;
  name: string;
}

/** The next line of a task's log, or (with `line`) one that is there. Pictures stand in the text, files beside it. */
export function LogComposer(props: {
  task: Task;
  engagementId: string;
  draft?: Draft | undefined;
  line?: TaskLog;
  onDone?(): void;
}) {
  const { task, line, draft } = props;
  const [body, setBody] = useState(draft?.body ?? line?.message ?? '');
  const [files, setFiles] = useState<readonly AttachedFile[]>(line?.attachments ?? []);
  const [adding, setAdding] = useState<string>();
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [observable, setObservable] = useState<string>();
  const editor = useRef<Editor>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const isNew = line === undefined;
  const { caseId } = task;
  const drafted = useDraft({
    caseId,
    noteId: line?.id ?? null,
    ...(isNew ? { taskId: task.id } : {}),
    title: '',
    body,
    isDirty: body !== (line?.message ?? ''),
    adopted: draft,
  });
  const isEmpty = body.trim() === '' && files.length === 0;

  const submit = async (close: boolean): Promise<void> => {
    if (isEmpty || isBusy) return;
    setBusy(true);
    try {
      const fields = { message: body, attachments: files.map(({ id }) => id) };
      if (isNew) {
        const input = { taskId: task.id, ...fields, close, writer: WRITER };
        await undoable(close ? 'Line added, task completed' : 'Line added', 'tasks.addLog', input);
      } else await undoable('Line changed', 'tasks.updateLog', { id: line.id, ...fields });
      drafted.discard();
      setBody('');
      setFiles([]);
      setFailure(undefined);
      props.onDone?.();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const take = async (chosen: readonly File[]): Promise<void> => {
    try {
      for (const file of chosen) {
        setAdding(file.name);
        const added = await addFile({ caseId, engagementId: props.engagementId }, file, new AbortController().signal);
        const { evidenceId } = added;
        if (evidenceId === undefined) editor.current?.insert(added.markdown);
        else
          setFiles((now) =>
            now.some(({ id }) => id === evidenceId) ? now : [...now, { id: evidenceId, name: file.name }],
          );
      }
      setFailure(undefined);
    } catch (error) {
      setFailure(error);
    } finally {
      setAdding(undefined);
    }
  };
  const takeObservable = (): void => setObservable(editor.current?.selected() ?? '');
  const error = failure ?? drafted.error;
  return (
    <form
      className="task-line"
      aria-label={isNew ? 'New line' : 'Edit the line'}
      onSubmit={(event) => {
        event.preventDefault();
        void submit(false);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        void submit(event.shiftKey && isNew);
      }}
    >
      <div className="task-editor">
        <MarkdownEditor
          ref={editor}
          label={isNew ? 'New line' : 'Line'}
          hint="What was done. Paste a picture, drop a file."
          value={body}
          isFocused={!isNew}
          findMentions={(sign, text, signal) => findMentions({ caseId, sign, text }, signal)}
          onChange={setBody}
          onFiles={(chosen) => void take(chosen)}
          onObservable={takeObservable}
        />
      </div>
      {(files.length > 0 || adding !== undefined) && (
        <span className="row wrap tight">
          {files.map((file) => (
            <span className="row tight" key={file.id}>
              <Attached name={file.name} />
              <Button
                kind="ghost"
                size="small"
                isIcon
                label={`Leave ${file.name} out`}
                onClick={() => setFiles(files.filter(({ id }) => id !== file.id))}
              >
                <IconX size={12} stroke={1.75} />
              </Button>
            </span>
          ))}
          {adding !== undefined && <span className="f12 t3 el">Adding {adding}…</span>}
        </span>
      )}
      {error !== undefined && error !== null && <ErrorNote error={error} />}
      <div className="row wrap">
        <Button type="submit" size="small" keys="Control+Enter" isDisabled={isEmpty || isBusy || adding !== undefined}>
          {isNew ? 'Add the line' : 'Save the line'} <Kbd keys={['Ctrl', 'Enter']} />
        </Button>
        {isNew && !isOver(task) && (
          <Button size="small" isDisabled={isEmpty || isBusy || adding !== undefined} onClick={() => void submit(true)}>
            Add and complete
          </Button>
        )}
        {!isNew && (
          <Button
            size="small"
            onClick={() => {
              drafted.discard();
              props.onDone?.();
            }}
          >
            Discard
          </Button>
        )}
        <span className="right" />
        <Button kind="ghost" size="small" isIcon label="Add files" onClick={() => chooser.current?.click()}>
          <IconPaperclip size={14} stroke={1.75} />
        </Button>
      </div>
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        aria-label="Add files"
        onChange={(event) => {
          const chosen = [...(event.target.files ?? [])];
          if (chosen.length > 0) void take(chosen);
          event.target.value = '';
        }}
      />
      <MakeObservable
        caseId={caseId}
        text={observable}
        onMade={(link) => editor.current?.insert(link)}
        onClose={() => setObservable(undefined)}
      />
    </form>
  );
}
