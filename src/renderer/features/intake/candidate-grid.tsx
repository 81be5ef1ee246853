import { IconArrowsJoin, IconChevronDown, IconChevronRight, IconX } from '@tabler/icons-react';
import { memo } from 'react';
import type { Candidate, PartNode } from '../../../shared/contract/intake.ts';
import { Check } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { DataTypeMark } from '../../ui/icons.tsx';
import { Text } from '../../ui/text.tsx';
import { useStable } from '../../ui/use-stable.ts';
import { Value } from '../../ui/value.tsx';
import { VirtualGrid } from '../../ui/virtual-grid.tsx';
import type { Decision, IntakeRow } from './candidate-rows.ts';
import { marksInWords } from './mark-words.ts';
import { placeWords } from './part-index.ts';

const ROW = 30;
const GROUP = 32;

const GROUP_WORDS: Readonly<Record<Decision, { title: string; why: string }>> = {
  undecided: { title: 'To decide', why: '' },
  accept: { title: 'Accepted', why: ', go to the case on Ctrl Enter' },
  skip: { title: 'Skipped', why: ', stay out of the case' },
  rejected: { title: 'Rejected', why: ', kept so that you can overrule' },
};

export function CandidateGrid(props: {
  rows: readonly IntakeRow[];
  parts: ReadonlyMap<string, PartNode>;
  cursor: number;
  isReadOnly: boolean;
  onCursor(index: number): void;
  onToggle(candidate: Candidate): void;
  onFold(decision: Decision): void;
  onPlace(index: number): void;
}) {
  const onToggle = useStable(props.onToggle);
  const onPlace = useStable(props.onPlace);
  return (
    <VirtualGrid
      label="Candidates"
      rows={props.rows}
      rowKey={(row) => (row.kind === 'group' ? row.decision : row.candidate.seq)}
      rowHeight={(row) => (row.kind === 'group' ? GROUP : ROW)}
      columns="14px 84px minmax(0, 2.5fr) minmax(80px, 1fr) minmax(70px, 1.1fr)"
      head={
        <>
          <span role="columnheader">
            <span className="visually-hidden">Accepted</span>
          </span>
          <span role="columnheader">Type</span>
          <span role="columnheader">Value</span>
          <span role="columnheader">Found in</span>
          <span role="columnheader">Marks</span>
        </>
      }
      cursor={props.cursor}
      onCursor={props.onCursor}
      onOpen={props.onPlace}
      isGroup={(row) => row.kind === 'group'}
      rowClass={(row) => (row.kind === 'candidate' ? rowClass(row.candidate) : '')}
      renderRow={(row, index) =>
        row.kind === 'group' ? (
          <GroupHead row={row} onFold={props.onFold} />
        ) : (
          <Cells
            candidate={row.candidate}
            index={index}
            parts={props.parts}
            isReadOnly={props.isReadOnly}
            onToggle={onToggle}
            onPlace={onPlace}
          />
        )
      }
    />
  );
}

/** What stands only in the strings of a binary part may be chance, and is quieter than a clear find. */
function rowClass(candidate: Candidate): string {
  if (candidate.decision === 'rejected') return 'dim';
  return candidate.decision === 'skip' || candidate.marks.includes('strings') ? 'listed' : '';
}

function GroupHead({ row, onFold }: { row: Extract<IntakeRow, { kind: 'group' }>; onFold(d: Decision): void }) {
  const words = GROUP_WORDS[row.decision];
  const Chevron = row.isFolded ? IconChevronRight : IconChevronDown;
  return (
    <span role="gridcell" aria-colspan={5} className="grow">
      <button type="button" className="row" aria-expanded={!row.isFolded} onClick={() => onFold(row.decision)}>
        <Chevron size={14} stroke={1.75} className="t3" aria-hidden="true" />
        {words.title}
        <span className="t3">
          {count(row.count)}
          {words.why}
        </span>
      </button>
    </span>
  );
}

/** Drawn anew only when its candidate changes: scrolling and moving the cursor touch no cell that is already there. */
const Cells = memo(function CandidateCells(props: {
  candidate: Candidate;
  index: number;
  parts: ReadonlyMap<string, PartNode>;
  isReadOnly: boolean;
  onToggle(candidate: Candidate): void;
  onPlace(index: number): void;
}) {
  const { candidate, index } = props;
  const place = candidate.places[0];
  return (
    <>
      <span role="gridcell">
        {candidate.decision === 'rejected' ? (
          <IconX size={13} stroke={1.75} className="t3" aria-label="Rejected" />
        ) : (
          <Check
            label={`Accept ${candidate.value.slice(0, 80)}`}
            state={candidate.decision === 'accept' ? 'on' : candidate.decision === 'skip' ? 'dashed' : 'off'}
            onToggle={() => props.onToggle(candidate)}
            isDisabled={props.isReadOnly}
            isInGrid
          />
        )}
      </span>
      <span role="gridcell">
        <DataTypeMark dataType={candidate.dataType} />
      </span>
      <span role="gridcell">
        {candidate.decision === 'rejected' ? (
          <span className="value mono" title={candidate.value}>
            <span className="el">
              <Text>{candidate.value.slice(0, 600)}</Text>
            </span>
          </span>
        ) : (
          <Value dataType={candidate.dataType} value={candidate.value} />
        )}
      </span>
      <span role="gridcell" className="row tight">
        {place && (
          <button type="button" className="lnk f12 el" tabIndex={-1} onClick={() => props.onPlace(index)}>
            <Text>{placeWords(place, props.parts)}</Text>
          </button>
        )}
        {candidate.places.length > 1 && (
          <span className="t3 f12" title={`Found in ${plural(candidate.places.length, 'place')}`}>
            +{count(candidate.places.length - 1)}
          </span>
        )}
      </span>
      <span role="gridcell" className="why">
        <Marks candidate={candidate} />
      </span>
    </>
  );
});

function Marks({ candidate }: { candidate: Candidate }) {
  if (candidate.decision === 'rejected')
    return (
      <span className="el" title={candidate.reason}>
        <Text>{candidate.reason}</Text>
      </span>
    );
  const words = marksInWords(candidate.marks);
  if (candidate.seenIn.length > 0) {
    const cases = candidate.seenIn.map((number) => `#${number}`).join(', ');
    const text = `Also in ${cases}${words === '' ? '' : ` · ${words}`}`;
    return (
      <>
        <IconArrowsJoin size={13} stroke={1.75} className="t3" aria-hidden="true" />
        <span className="el" title={text}>
          {text}
        </span>
      </>
    );
  }
  return (
    <span className="el" title={words}>
      <Text>{words}</Text>
    </span>
  );
}
