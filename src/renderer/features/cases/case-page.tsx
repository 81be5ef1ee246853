import { IconPencil, IconSend, IconStar, IconStarFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { Case } from '../../../shared/contract/entities.ts';
import { frameStore } from '../../state/frame-store.ts';
import { respondStore } from '../../state/respond-request.ts';
import { ChoiceMenu, PapPicker, SeverityPicker, TlpPicker } from '../../ui/chips.tsx';
import { Button, Skeleton, Tabs } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useKeys } from '../../ui/keys.ts';
import { TagEditor } from '../../ui/tag-editor.tsx';
import { Text } from '../../ui/text.tsx';
import { ApplyTemplateButton } from '../case-templates/apply-dialog.tsx';
import { countsQuery } from '../timeline/queries.ts';
import { caseQuery, caseTasksQuery, useUpdateCase } from './queries.ts';
import { CASE_STATUS_OPTIONS } from './status.tsx';
import './cases.css';

export const CASE_TABS = ['overview', 'notes', 'tasks', 'observables', 'evidence', 'timeline', 'graph', 'jobs', 'activity'] as const;
export type CaseTab = (typeof CASE_TABS)[number];
const isTab = (text: string): text is CaseTab => (CASE_TABS as readonly string[]).includes(text);

/** One case: its head, editable in place, and the chosen tab, which the caller composes. */
export function CasePage(props: { number: number; tab: string; renderTab(tab: CaseTab, found: Case): ReactNode }) {
  const { data: found, error, refetch } = useQuery(caseQuery(props.number));
  const { data: tasks } = useQuery({ ...caseTasksQuery(found?.id ?? ''), enabled: found !== undefined });
  const { data: timeline } = useQuery({ ...countsQuery(found?.id ?? ''), enabled: found !== undefined });
  const [, navigate] = useLocation();
  const tab = isTab(props.tab) ? props.tab : 'overview';
  const engagementId = found?.engagementId;
  useEffect(() => {
    // The top bar follows the case, so that what is dropped here goes to the same client.
    if (engagementId !== undefined) frameStore.getState().chooseEngagement(engagementId);
  }, [engagementId]);
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!found) return <Skeleton />;
  return (
    <>
      <CaseHead found={found} />
      <Tabs
        label={`Case #${found.number}`}
        value={tab}
        options={[
          { value: 'overview', label: 'Overview' },
          { value: 'notes', label: 'Notes', count: found.counts.notes },
          { value: 'tasks', label: 'Tasks', count: tasks?.length },
          { value: 'observables', label: 'Observables', count: found.counts.observables },
          { value: 'evidence', label: 'Evidence', count: found.counts.evidence },
          { value: 'timeline', label: 'Timeline', count: timeline?.events },
          { value: 'graph', label: 'Graph' },
          { value: 'jobs', label: 'Jobs', count: found.counts.jobs },
          { value: 'activity', label: 'Activity' },
        ]}
        onChange={(next) => navigate(`/cases/${found.number}${next === 'overview' ? '' : `/${next}`}`)}
      />
      {props.renderTab(tab, found)}
    </>
  );
}

function CaseHead({ found }: { found: Case }) {
  const update = useUpdateCase(found.id);
  const [draft, setDraft] = useState<string>();
  const save = (): void => {
    const title = draft?.trim();
    setDraft(undefined);
    if (title !== undefined && title !== '' && title !== found.title) update.mutate({ title });
  };
  const star = (): void => update.mutate({ isFlagged: !found.isFlagged });
  useKeys([
    { keys: 'f', run: star },
    { keys: 'shift+e', run: () => setDraft(found.title) },
  ]);
  const Star = found.isFlagged ? IconStarFilled : IconStar;
  return (
    <>
      <div className="page-head case">
        <span className="mono t3 f13">#{found.number}</span>
        <div className="grow row">
          {draft === undefined ? (
            <button
              type="button"
              className="row case-title"
              title="Edit the title"
              onClick={() => setDraft(found.title)}
            >
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
        <SeverityPicker value={found.severity} onChange={(severity) => update.mutate({ severity })} />
        <ChoiceMenu
          label="Status"
          value={found.status}
          options={CASE_STATUS_OPTIONS}
          onChange={(status) => update.mutate({ status })}
        />
        <TlpPicker label="Case" value={found.tlp} onChange={(tlp) => update.mutate({ tlp })} />
        <PapPicker label="Case" value={found.pap} onChange={(pap) => update.mutate({ pap })} />
        <span className="row tight case-tags">
          <TagEditor tags={found.tags} onChange={(tags) => update.mutate({ tags })} />
        </span>
        <ApplyTemplateButton found={found} />
        <Button
          kind="ghost"
          isIcon
          label="Respond"
          onClick={() =>
            respondStore.getState().open({
              objects: [{ type: 'case', id: found.id }],
              about: `case #${found.number}`,
              caseId: found.id,
            })
          }
        >
          <IconSend size={16} stroke={1.75} />
        </Button>
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
      </div>
      {update.error && (
        <div className="section">
          <ErrorNote error={update.error} />
        </div>
      )}
    </>
  );
}
