import { Menu } from '@mantine/core';
import {
  IconClipboard,
  IconDots,
  IconFileDownload,
  IconHistory,
  IconPin,
  IconPinnedOff,
  IconTemplate,
  IconTrash,
} from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { Note } from '../../../shared/contract/entities.ts';
import { refuseSecrets } from '../../api/refuse-secrets.ts';
import { errorText } from '../../api/error-text.ts';
import { undoable } from '../../state/undoable.ts';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { toast } from '../../ui/toast.tsx';
import { saveText } from '../../ui/save-text.ts';
import { fileNameOf, noteFile, plainMarkdown } from './export-note.ts';
import { TemplateDialog } from './template-dialog.tsx';

const HistoryDialog = lazy(() => import('./history-dialog.tsx'));

const icon = { size: 15, stroke: 1.75, 'aria-hidden': true } as const;

/** Everything else one can do with a note. `text` is what is written, saved or not. */
export function NoteMenu(props: { note: Note; text: { title: string; body: string }; onGone(): void }) {
  const { note, text } = props;
  const [dialog, setDialog] = useState<'history' | 'template'>();
  const tell = (failure: unknown): void => {
    const { title, message } = errorText(failure);
    toast(`${title}. ${message}`);
  };
  const pin = (): void => {
    const isPinned = !note.isPinned;
    undoable(isPinned ? 'Note pinned' : 'Note no longer pinned', 'notes.pin', { id: note.id, isPinned }).catch(tell);
  };
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(await plainMarkdown(text));
    toast('Note copied as Markdown, mentioned values defanged');
  };
  const download = async (): Promise<void> => {
    const file = await noteFile(text);
    await refuseSecrets(file.text);
    saveText(fileNameOf(text.title), file.text, 'text/markdown');
    const left = file.leftOut === 0 ? '' : `; ${plural(file.leftOut, 'picture')} did not fit`;
    toast(`Note exported in the clear${left}`);
  };
  const trash = (): void => {
    undoable('Note moved to the trash', 'notes.remove', { id: note.id }).then(props.onGone, tell);
  };
  useKeys([
    { keys: 'p', label: 'Pin the note', run: pin },
    { keys: 'h', label: 'Versions of the note…', run: () => setDialog('history') },
  ]);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button kind="ghost" isIcon label="More about this note">
            <IconDots size={15} stroke={1.75} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={note.isPinned ? <IconPinnedOff {...icon} /> : <IconPin {...icon} />}
            rightSection={<Kbd keys={['P']} />}
            onClick={pin}
          >
            {note.isPinned ? 'No longer pin' : 'Pin to the top'}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconHistory {...icon} />}
            rightSection={<Kbd keys={['H']} />}
            onClick={() => setDialog('history')}
          >
            Versions…
          </Menu.Item>
          <Menu.Item leftSection={<IconClipboard {...icon} />} onClick={() => void copy().catch(tell)}>
            Copy as Markdown
          </Menu.Item>
          <Menu.Item leftSection={<IconFileDownload {...icon} />} onClick={() => void download().catch(tell)}>
            Export as .md
          </Menu.Item>
          <Menu.Item leftSection={<IconTemplate {...icon} />} onClick={() => setDialog('template')}>
            Save as template…
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconTrash {...icon} />} onClick={trash}>
            Move to trash
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'history' && (
        <Suspense fallback={null}>
          <HistoryDialog note={note} isOpen onClose={() => setDialog(undefined)} />
        </Suspense>
      )}
      {dialog === 'template' && (
        <TemplateDialog template={{ name: text.title, body: text.body }} onClose={() => setDialog(undefined)} />
      )}
    </>
  );
}
