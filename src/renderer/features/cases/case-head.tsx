import { Menu, Popover, TextInput } from '@mantine/core';
import { IconDots, IconPencil, IconStar, IconStarFilled } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Case } from '../../../shared/contract/entities.ts';
import { handlingTime, isClosed } from '../../../shared/model/case-state.ts';
import { respondStore } from '../../state/respond-request.ts';
import { ChoiceMenu, PapPicker, SeverityPicker, TlpPicker } from '../../ui/chips.tsx';
import { useCommands } from '../../ui/commands.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useKeys } from '../../ui/keys.ts';
import { TagEditor } from '../../ui/tag-editor.tsx';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { useNow } from '../../ui/use-now.ts';
import { ApplyTemplateDialog } from '../case-templates/apply-dialog.tsx';
import { RESOLUTION_WORDS } from './case-filter-words.ts';
import { CloseDialog } from './close-dialog.tsx';
import { durationWords } from './duration-words.ts';
import { MergeDialog } from './merge-dialog.tsx';
import { reopenCase, trashCase, useUpdateCase } from './queries.ts';
import { CASE_STATUS_WORDS } from './status-words.ts';
import { UnmergeDialog } from './unmerge-dialog.tsx';

type Dialog = 'close' | 'merge' | 'unmerge' | 'template';

/** What a case is, editable in place, and what can be done with it as a whole. */
export function CaseHead({ found }: { found: Case }) {
  const update = useUpdateCase(found.id);
  const [dialog, setDialog] = useState<Dialog>();
  const [, navigate] = useLocation();
  const isOver = isClosed(found.status);
  const star = (): void => update.mutate({ isFlagged: !found.isFlagged });
  const respond = (): void =>
    respondStore.getState().open({
      objects: [{ type: 'case', id: found.id }],
      about: `case #${found.number}`,
      caseId: found.id,
    });
  const trash = (): void => {
    void trashCase(found).then(() => navigate('/cases'));
  };
  const copyLink = (): void => {
    void navigator.clipboard.writeText(`${location.origin}${location.pathname}#/cases/${found.number}`);
    toast('Link copied');
  };
  const actions: { label: string; run(): void; keys?: string }[] = [
    isOver
      ? { label: 'Open again', run: () => void reopenCase(found.id) }
      : { label: 'Close…', run: () => setDialog('close') },
    { label: 'Merge with another case…', run: () => setDialog('merge') },
    ...(found.mergedFrom.length > 0 ? [{ label: 'Take the merge apart…', run: () => setDialog('unmerge') }] : []),
    { label: 'Apply a template…', run: () => setDialog('template') },
    { label: 'Respond…', run: respond },
    { label: 'Copy link', run: copyLink },
    { label: 'Trash of this case', run: () => navigate(`/trash/${found.number}`) },
    { label: 'Move to the trash', run: trash },
  ];
  useCommands(actions);
  useKeys([{ keys: 'f', label: 'Star the case', run: star }]);
  const Star = found.isFlagged ? IconStarFilled : IconStar;
  return (
    <>
      <div className="page-head case">
        <span className="mono t3 f13">#{found.number}</span>
        <Title found={found} onSave={(title) => update.mutate({ title })} />
        <SeverityPicker value={found.severity} onChange={(severity) => update.mutate({ severity })} />
        <StatusPicker
          found={found}
          onClose={() => setDialog('close')}
          onStatus={(status) => update.mutate({ status })}
        />
        <TlpPicker label="Case" value={found.tlp} onChange={(tlp) => update.mutate({ tlp })} />
        <PapPicker label="Case" value={found.pap} onChange={(pap) => update.mutate({ pap })} />
        <Assignee found={found} onSave={(assignee) => update.mutate({ assignee })} />
        <span className="row tight case-tags">
          <TagEditor tags={found.tags} onChange={(tags) => update.mutate({ tags })} />
        </span>
        <Button
          kind="ghost"
          isIcon
          label={found.isFlagged ? 'Take the star off' : 'Star'}
          keys="f"
          isPressed={found.isFlagged}
          onClick={star}
        >
          <Star size={16} stroke={1.75} />
        </Button>
        <Menu position="bottom-end" width={240}>
          <Menu.Target>
            <Button kind="ghost" isIcon label="More about this case">
              <IconDots size={16} stroke={1.75} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {actions.map(({ label, run }) => (
              <Menu.Item key={label} onClick={run}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
      {update.error && (
        <div className="section">
          <ErrorNote error={update.error} />
        </div>
      )}
      <CloseDialog found={found} isOpen={dialog === 'close'} onClose={() => setDialog(undefined)} />
      <MergeDialog found={found} isOpen={dialog === 'merge'} onClose={() => setDialog(undefined)} />
      <UnmergeDialog found={found} isOpen={dialog === 'unmerge'} onClose={() => setDialog(undefined)} />
      <ApplyTemplateDialog found={found} isOpen={dialog === 'template'} onClose={() => setDialog(undefined)} />
    </>
  );
}

function Title({ found, onSave }: { found: Case; onSave(title: string): void }) {
  const [draft, setDraft] = useState<string>();
  const save = (): void => {
    const title = draft?.trim();
    setDraft(undefined);
    if (title !== undefined && title !== '' && title !== found.title) onSave(title);
  };
  useKeys([{ keys: 'shift+e', label: 'Edit the title', run: () => setDraft(found.title) }]);
  return (
    <div className="grow row">
      {draft === undefined ? (
        <button type="button" className="row case-title" title="Edit the title" onClick={() => setDraft(found.title)}>
          <h1>
            <Text>{found.title}</Text>
          </h1>
          <IconPencil size={14} stroke={1.75} className="t3" aria-label="Edit the title" />
        </button>
      ) : (
        <input
          className="field grow title-field"
          aria-label="Title"
          maxLength={500}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the user just asked to edit it
          autoFocus
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={save}
          onKeyDown={(event) => {
            if (event.key === 'Enter') save();
            if (event.key === 'Escape') {
              event.preventDefault();
              setDraft(undefined);
            }
          }}
        />
      )}
    </div>
  );
}

const CLOSE = 'close';
const REOPEN = 'reopen';

/** New or in progress; closing asks how it ended, and opening again takes that away. */
function StatusPicker(props: { found: Case; onClose(): void; onStatus(status: 'open' | 'in_progress'): void }) {
  const { found } = props;
  const now = useNow();
  const isOver = isClosed(found.status);
  const word = isOver && found.resolution ? RESOLUTION_WORDS[found.resolution] : CASE_STATUS_WORDS[found.status];
  const options = isOver
    ? [
        { value: found.status as string, label: word },
        { value: REOPEN, label: 'Open again' },
      ]
    : [
        { value: 'open', label: CASE_STATUS_WORDS.open },
        { value: 'in_progress', label: CASE_STATUS_WORDS.in_progress },
        { value: CLOSE, label: 'Close…' },
      ];
  return (
    <span className="row tight">
      <ChoiceMenu
        label="Status"
        value={found.status}
        options={options}
        onChange={(value) => {
          if (value === CLOSE) props.onClose();
          else if (value === REOPEN) void reopenCase(found.id);
          else if (value === 'open' || value === 'in_progress') props.onStatus(value);
        }}
      />
      <span className="f12 t3 case-duration" title="From its start to its end, or to now">
        {durationWords(handlingTime(found, Math.max(now, found.startAt)))}
      </span>
    </span>
  );
}

function Assignee({ found, onSave }: { found: Case; onSave(name: string): void }) {
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState(found.assignee);
  const save = (): void => {
    setOpen(false);
    if (name.trim() !== found.assignee) onSave(name.trim());
  };
  return (
    <Popover position="bottom-start" trapFocus opened={isOpen} onChange={setOpen} width={240}>
      <Popover.Target>
        <button
          type="button"
          className="chip-button f12 t2 case-assignee"
          aria-label={`Assignee ${found.assignee === '' ? 'nobody' : found.assignee}. Change`}
          onClick={() => {
            setName(found.assignee);
            setOpen(!isOpen);
          }}
        >
          <span className="el">{found.assignee === '' ? 'Nobody' : <Text>{found.assignee}</Text>}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <TextInput
            label="Assignee"
            description="Empty for nobody. Enter to save."
            maxLength={200}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
