import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Segmented } from '../../ui/controls.tsx';
import DiffView from './diff-view.tsx';
import { noteQuery } from './queries.ts';

interface Text {
  title: string;
  body: string;
}

type Shown = 'both' | 'mine' | 'theirs';

/** Both texts are there: what was saved elsewhere, what is written here, and what each did to the version both began with. */
export default function ConflictNote(props: {
  noteId: string;
  caseId: string;
  base: Text;
  mine: Text;
  onMine(theirUpdatedAt: number): void;
  onTheirs(theirs: Text & { updatedAt: number }): void;
  onBoth(theirs: Text & { updatedAt: number }): void;
}) {
  const { data: theirs } = useQuery(noteQuery(props.noteId, props.caseId));
  const [shown, setShown] = useState<Shown>();
  if (!theirs) return null;
  return (
    <div className="section conflict" role="alert">
      <p>
        <b className="m">This note was changed in another window meanwhile.</b> Nothing is lost: your text is kept as a
        draft, theirs is saved.
      </p>
      <div className="row wrap">
        <Button size="small" kind="primary" onClick={() => props.onMine(theirs.updatedAt)}>
          Save mine as the newest
        </Button>
        <Button size="small" onClick={() => props.onTheirs(theirs)}>
          Take theirs
        </Button>
        <Button size="small" onClick={() => props.onBoth(theirs)}>
          Keep both: mine as a new note
        </Button>
        <span className="right" />
        <Segmented<Shown | 'none'>
          label="Compare"
          value={shown ?? 'none'}
          options={[
            { value: 'none', label: 'Hide' },
            { value: 'both', label: 'Theirs to mine' },
            { value: 'theirs', label: 'What they changed' },
            { value: 'mine', label: 'What I changed' },
          ]}
          onChange={(next) => setShown(next === 'none' ? undefined : next)}
        />
      </div>
      {shown !== undefined && (
        <div className="scroll conflict-diff">
          {shown === 'both' && <DiffView before={theirs.body} after={props.mine.body} />}
          {shown === 'theirs' && <DiffView before={props.base.body} after={theirs.body} />}
          {shown === 'mine' && <DiffView before={props.base.body} after={props.mine.body} />}
        </div>
      )}
    </div>
  );
}
