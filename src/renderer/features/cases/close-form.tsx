import { Checkbox, Radio, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Closing } from '../../../shared/contract/case-list.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { RESOLUTION_WORDS } from './case-filter-words.ts';

type Resolution = Closing['resolution'];

const HELP: Readonly<Record<Resolution, string>> = {
  true_positive: 'It was what it looked like: an attack, an intrusion, a real event.',
  false_positive: 'It looked like one and was none: a rule that fired on something harmless.',
  indeterminate: 'There is not enough to tell. What would have told belongs in the summary.',
  other: 'None of these: a test, a question, a case that was opened by mistake.',
};
const ORDER: readonly Resolution[] = ['true_positive', 'false_positive', 'indeterminate', 'other'];

/** How one case ends, or many at once. */
export function CloseForm(props: {
  openTasks: readonly { id: string; title: string; isMandatory: boolean }[];
  /** What has to be done before; while there is any, it cannot be closed. */
  blocking: readonly string[];
  summary: string;
  verb: string;
  error: unknown;
  isPending: boolean;
  onClose(): void;
  onSubmit(closing: Closing): void;
  children?: React.ReactNode;
}) {
  const [resolution, setResolution] = useState<Resolution>();
  const [impact, setImpact] = useState<'with_impact' | 'no_impact'>();
  const [summary, setSummary] = useState(props.summary);
  const [closeTasks, setCloseTasks] = useState(false);
  const hasTasks = props.openTasks.length > 0;
  const missing = [
    ...props.blocking,
    ...(hasTasks && !closeTasks ? ['close the open tasks'] : []),
    ...(resolution === undefined ? ['choose how it ended'] : []),
    ...(resolution === 'true_positive' && impact === undefined ? ['say whether it had an impact'] : []),
    ...(summary.trim() === '' ? ['write a summary'] : []),
  ];
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (missing.length > 0 || resolution === undefined) return;
        props.onSubmit({
          resolution,
          summary,
          closeTasks,
          ...(resolution === 'true_positive' && impact ? { impact } : {}),
        });
      }}
    >
      {hasTasks && (
        <section aria-label="Open tasks">
          <p className="f12 t2">{plural(props.openTasks.length, 'task')} not finished:</p>
          <ul className="close-tasks">
            {props.openTasks.map((task) => (
              <li key={task.id} className="row f12">
                <span className="el">
                  <Text>{task.title}</Text>
                </span>
                {task.isMandatory && <span className="tag">mandatory</span>}
              </li>
            ))}
          </ul>
          <Checkbox
            label="Close them and the case"
            description="Those under way are completed, the others cancelled. Undo takes both back."
            checked={closeTasks}
            onChange={(event) => setCloseTasks(event.currentTarget.checked)}
          />
        </section>
      )}
      {props.children}
      <Radio.Group
        label="How it ended"
        value={resolution ?? ''}
        onChange={(value) => setResolution(value as Resolution)}
      >
        <div className="close-options">
          {ORDER.map((value) => (
            <Radio key={value} value={value} label={RESOLUTION_WORDS[value]} description={HELP[value]} />
          ))}
        </div>
      </Radio.Group>
      {resolution === 'true_positive' && (
        <Radio.Group
          label="Impact"
          value={impact ?? ''}
          onChange={(value) => setImpact(value as 'with_impact' | 'no_impact')}
        >
          <div className="row loose">
            <Radio value="with_impact" label="It had an impact" />
            <Radio value="no_impact" label="It had none" />
          </div>
        </Radio.Group>
      )}
      <Textarea
        label="Summary"
        description="What happened and what was done, in Markdown. It opens the report."
        autosize
        minRows={3}
        maxRows={10}
        maxLength={1_000_000}
        value={summary}
        onChange={(event) => setSummary(event.currentTarget.value)}
      />
      {props.error !== null && props.error !== undefined && <ErrorNote error={props.error} />}
      {missing.length > 0 && (
        <p className="f12 t2" role="status">
          To close: {missing.join(', ')}.
        </p>
      )}
      <div className="dialog-actions">
        <Button onClick={props.onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={missing.length > 0 || props.isPending}>
          {props.verb}
        </Button>
      </div>
    </form>
  );
}
