import { IconStar, IconStarFilled } from '@tabler/icons-react';
import type { CaseFilter } from '../../../shared/contract/case-list.ts';
import type { Case } from '../../../shared/contract/entities.ts';
import { isClosed } from '../../../shared/model/case-state.ts';
import { Severity, Tag, TlpChip } from '../../ui/chips.tsx';
import { Check } from '../../ui/controls.tsx';
import { count } from '../../ui/format.ts';
import { LevelIcon } from '../../ui/icons.tsx';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { toggleIn, toggleTag } from './case-filter-words.ts';
import { StatusMark } from './status.tsx';

/** Set in cases.css, where a narrow window leaves two of them out. */
export const CASE_COLUMNS = 'var(--case-cols)';

const HEADS = ['Case', '', 'Severity', 'Status', 'Verdicts', 'Tasks', 'Assignee', 'TLP', 'Changed'] as const;
const CLASSES: Readonly<Record<string, string>> = { Changed: 'num', Tasks: 'wide-only', Assignee: 'wide-only' };

export function CaseHeads(props: { isAll: boolean; isSome: boolean; onToggleAll(): void }) {
  return (
    <>
      <span role="columnheader">
        <Check
          label="Select all"
          state={props.isAll ? 'on' : props.isSome ? 'mixed' : 'off'}
          isInGrid
          onToggle={props.onToggleAll}
        />
      </span>
      <span role="columnheader">
        <span className="visually-hidden">Star</span>
      </span>
      {HEADS.map((head) => (
        <span role="columnheader" key={head} className={CLASSES[head]}>
          {head === '' ? <span className="visually-hidden">Title</span> : head}
        </span>
      ))}
    </>
  );
}

/** One case. A click on a value filters by it; a second one takes it away again. */
export function CaseCells(props: {
  row: Case;
  filter: CaseFilter;
  isSelected: boolean;
  onFilter(filter: CaseFilter): void;
  onOpen(): void;
  onStar(): void;
  onToggle(): void;
}) {
  const { row, filter, onFilter } = props;
  const Star = row.isFlagged ? IconStarFilled : IconStar;
  const state = isClosed(row.status) && row.resolution ? row.resolution : undefined;
  return (
    <>
      <span role="gridcell" className="row">
        <Check
          label={`Select #${row.number}`}
          state={props.isSelected ? 'on' : 'off'}
          isInGrid
          onToggle={props.onToggle}
        />
      </span>
      <span role="gridcell" className="row">
        <button
          type="button"
          className={row.isFlagged ? 't1' : 't3'}
          tabIndex={-1}
          aria-pressed={row.isFlagged}
          aria-label={`Star #${row.number}`}
          onClick={props.onStar}
        >
          <Star size={14} stroke={1.75} />
        </button>
      </span>
      <span role="gridcell" className="mono t3">
        #{row.number}
      </span>
      <span role="gridcell" className="case-title-cell">
        <button type="button" className="m el" tabIndex={-1} title={row.title} onClick={props.onOpen}>
          <Text>{row.title}</Text>
        </button>
        <span className="case-title-tags">
          {row.tags.slice(0, 2).map((tag) => (
            <CellFilter key={tag} says={`tag ${tag}`} onClick={() => onFilter(toggleTag(filter, tag))}>
              <Tag>{tag}</Tag>
            </CellFilter>
          ))}
          {row.tags.length > 2 && (
            <span className="taxonomy more" title={row.tags.slice(2).join(', ')}>
              +{row.tags.length - 2}
            </span>
          )}
        </span>
      </span>
      <span role="gridcell">
        <CellFilter says="this severity" onClick={() => onFilter(toggleIn(filter, 'severities', row.severity))}>
          <Severity value={row.severity} />
        </CellFilter>
      </span>
      <span role="gridcell">
        <CellFilter
          says="this status"
          onClick={() =>
            onFilter(state ? toggleIn(filter, 'resolutions', state) : toggleIn(filter, 'statuses', row.status))
          }
        >
          <StatusMark status={row.status} resolution={row.resolution} />
        </CellFilter>
      </span>
      <span role="gridcell" className="row f12 t2">
        {(['malicious', 'suspicious'] as const).map(
          (level) =>
            row.counts[level] > 0 && (
              <span key={level} className="row tight" title={level === 'malicious' ? 'Malicious' : 'Suspicious'}>
                <LevelIcon level={level} />
                {count(row.counts[level])}
              </span>
            ),
        )}
      </span>
      <span role="gridcell" className="f12 t2 wide-only">
        {row.counts.tasks > 0 && `${row.counts.tasksDone} of ${row.counts.tasks}`}
      </span>
      <span role="gridcell" className="f12 t2 wide-only">
        <CellFilter says="this assignee" onClick={() => onFilter(toggleIn(filter, 'assignees', row.assignee))}>
          <span className="el">
            {row.assignee === '' ? <span className="t3">Nobody</span> : <Text>{row.assignee}</Text>}
          </span>
        </CellFilter>
      </span>
      <span role="gridcell">
        <CellFilter says="this TLP" onClick={() => onFilter(toggleIn(filter, 'tlps', row.tlp))}>
          <TlpChip tlp={row.tlp} />
        </CellFilter>
      </span>
      <span role="gridcell" className="f12 t3 num">
        <Age at={row.updatedAt} />
      </span>
    </>
  );
}

/** Out of the tab order: the filter panel does the same by keyboard. */
function CellFilter({ says, onClick, children }: { says: string; onClick(): void; children: React.ReactNode }) {
  return (
    <button type="button" className="cell-filter" tabIndex={-1} title={`Filter by ${says}`} onClick={onClick}>
      {children}
    </button>
  );
}
