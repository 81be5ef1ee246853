import { IconCode, IconDeviceLaptop, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Candidate, Intake } from '../../../shared/contract/intake.ts';
import { engagementsQuery } from '../../state/engagement.ts';
import { runRequestStore } from '../../state/run-request.ts';
import { Button, FilterField, Segmented, Skeleton } from '../../ui/controls.tsx';
import { copyKeys } from '../../ui/copy.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { duration, fileSize, plural } from '../../ui/format.ts';
import { MediaIcon } from '../../ui/icons.tsx';
import { Hint, Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { usePrefs } from '../../ui/prefs.ts';
import { Resizer } from '../../ui/resizer.tsx';
import { Text } from '../../ui/text.tsx';
import { toast, undoToast } from '../../ui/toast.tsx';
import { useStable } from '../../ui/use-stable.ts';
import { stepCursor } from '../../ui/virtual-grid.tsx';
import { AcceptForm } from './accept-form.tsx';
import { useAcceptOptions } from './accept-options.ts';
import { CandidateGrid } from './candidate-grid.tsx';
import { countByPart, type Decision, groupRows, type IntakeRow } from './candidate-rows.ts';
import { CoverageNotice, SeenBefore } from './notices.tsx';
import { indexParts } from './part-index.ts';
import { PartFacts, PartTree } from './part-tree.tsx';
import { acceptedCaseQuery, candidatesQuery, useAcceptIntake, useDecide } from './queries.ts';
import { SourceViewer } from './source-viewer.tsx';
import { indexPlaces } from './source-window.ts';
import { TypeDialog } from './type-dialog.tsx';

const NONE: readonly Candidate[] = [];
const isGroup = (row: IntakeRow): boolean => row.kind === 'group';

/** Deciding on what was found: tree, candidates, source; then into a case. */
export function IntakeReview({ intake, onDiscard }: { intake: Intake; onDiscard(): void }) {
  const [, navigate] = useLocation();
  const edition = intake.state;
  const { data: candidates = NONE, error, isPending } = useQuery(candidatesQuery(intake.id, edition));
  const { data: engagements } = useQuery(engagementsQuery);
  const engagement = engagements?.find((each) => each.id === intake.engagementId);
  const decide = useDecide(intake, edition);
  const accept = useAcceptIntake();
  const [only, setOnly] = useState<Decision | 'all'>('all');
  const [text, setText] = useState('');
  const [folded, setFolded] = useState<ReadonlySet<Decision>>(new Set());
  const [cursor, setCursor] = useState(1);
  const [placeIndex, setPlaceIndex] = useState(0);
  const [part, setPart] = useState<string>();
  const [isTypeOpen, setTypeOpen] = useState(false);
  const [isViewerOpen, setViewerOpen] = useState(false);
  const [options, setOptions] = useAcceptOptions(intake.name);
  const filter = useRef<HTMLInputElement>(null);
  const widths = usePrefs((prefs) => prefs.widths);

  // The field answers at once; 100,000 rows follow when there is time.
  const sought = useDeferredValue(text);
  const rows = useMemo(() => groupRows(candidates, { only, text: sought, folded }), [candidates, only, sought, folded]);
  const parts = useMemo(() => indexParts(intake.tree), [intake.tree]);
  const counts = useMemo(() => countByPart(candidates), [candidates]);
  const places = useMemo(() => indexPlaces(candidates), [candidates]);
  const at = Math.min(cursor, rows.length - 1);
  const row = rows[at];
  const current = row?.kind === 'candidate' ? row.candidate : undefined;
  const place = current?.places[placeIndex] ?? current?.places[0];
  const shownPart = part ?? place?.part ?? '/';
  const shownNode = parts.get(shownPart);
  // Held-down J passes many places: the source shows the one where it rests.
  const viewed = useDeferredValue(
    useMemo(() => ({ part: shownPart, current, placeIndex }), [shownPart, current, placeIndex]),
  );
  const isReadOnly = intake.state === 'accepted';
  const accepted = intake.counts.accepted;

  const moveTo = (index: number): void => {
    setCursor(index);
    setPlaceIndex(0);
    setPart(undefined);
  };
  const move = (step: 1 | -1): void => moveTo(stepCursor(rows, at, step, isGroup));
  const setDecision = (targets: readonly Candidate[], decision: 'accept' | 'skip' | 'undecided'): void => {
    // The parser's own refusal has no "skip": it stays rejected unless accepted.
    const seqs = targets
      .filter((each) => each.decision !== decision && !(each.decision === 'rejected' && decision !== 'accept'))
      .map((each) => each.seq);
    if (!isReadOnly && seqs.length > 0) decide.mutate({ seqs, decision });
  };
  const decideCurrent = (decision: 'accept' | 'skip' | 'undecided'): void => {
    if (current) setDecision([current], decision);
  };
  const acceptGroup = (): void => {
    if (!current) return;
    const group = rows.flatMap((each) =>
      each.kind === 'candidate' && each.candidate.decision === current.decision ? [each.candidate] : [],
    );
    setDecision(group, 'accept');
    if (group.length > 1)
      undoToast(
        `${plural(group.length, 'candidate')} accepted`,
        () =>
          decide.mutate({
            seqs: group.map((each) => each.seq),
            decision: current.decision === 'skip' ? 'skip' : 'undecided',
          }),
        true,
      );
  };
  const showPlace = (index: number): void => {
    setPart(undefined);
    setPlaceIndex(index);
    setViewerOpen(true);
  };
  const showInSource = useStable(showPlace);
  const add = (): void => {
    if (isReadOnly || accept.isPending) return;
    accept.mutate(
      {
        id: intake.id,
        ...(options.caseId === null
          ? { newCaseTitle: options.title.trim() || intake.name }
          : { caseId: options.caseId }),
        ...(options.tlp === undefined ? {} : { tlp: options.tlp }),
        ...(options.pap === undefined ? {} : { pap: options.pap }),
        tags: options.tags,
        isIoc: options.isIoc,
        isSighted: options.isSighted,
      },
      {
        onSuccess: (done) => {
          const known = done.alreadyThere > 0 ? `, ${done.alreadyThere} already there` : '';
          toast(`${plural(done.added, 'observable')} added to #${done.caseNumber}${known}`);
          navigate(`/cases/${done.caseNumber}/observables`);
        },
      },
    );
  };
  const analyse = (): void => {
    runRequestStore.getState().open({
      plan: { subjects: [{ intakeId: intake.id }], withRemote: true },
      about: intake.name,
      backTo: `/intake/${intake.id}`,
    });
    navigate('/run');
  };

  useKeys([
    { keys: 'j', run: () => move(1) },
    { keys: 'k', run: () => move(-1) },
    { keys: 'ArrowDown', run: () => move(1) },
    { keys: 'ArrowUp', run: () => move(-1) },
    { keys: 'a', label: 'Accept', run: () => decideCurrent('accept') },
    { keys: 'x', label: 'Skip', run: () => decideCurrent('skip') },
    { keys: 'u', label: 'Back to undecided', run: () => decideCurrent('undecided') },
    {
      keys: 'Space',
      label: 'Accept or not',
      run: () => decideCurrent(current?.decision === 'accept' ? 'undecided' : 'accept'),
    },
    { keys: 'shift+a', label: 'Accept the group', run: acceptGroup },
    { keys: 't', label: 'Change type…', run: () => setTypeOpen(current !== undefined && !isReadOnly) },
    {
      keys: 'g',
      label: 'Go to its next place',
      run: () => {
        if (current && current.places.length > 0)
          showPlace(part === undefined && isViewerOpen ? (placeIndex + 1) % current.places.length : placeIndex);
      },
    },
    { keys: 'r', label: 'Analyse…', run: analyse },
    { keys: '/', run: () => filter.current?.focus() },
    { keys: 'mod+Enter', label: 'Add to the case', inFields: true, run: add },
    { keys: 'Escape', run: () => (isViewerOpen ? setViewerOpen(false) : navigate('/intake')) },
    ...copyKeys(() => (current ? [current] : [])),
  ]);

  const tally = { ...intake.counts, all: candidates.length };
  return (
    <>
      <div className="page-head">
        <span className="t3">
          <MediaIcon mediaType={intake.mediaType} size={18} />
        </span>
        <h1 title={intake.name}>
          <Text>{intake.name}</Text>
        </h1>
        <span className="f12 t3 el">
          <Text>{intake.typeLabel}</Text>, {fileSize(intake.size)}
          {intake.inspectMs !== null && `, read in ${duration(intake.inspectMs)}`}
        </span>
        <span className="right" />
        {intake.caseId !== null ? (
          <AcceptedMark caseId={intake.caseId} />
        ) : (
          engagement && (
            <>
              <span className="f12 t2 row tight strip-item wide last">
                <IconDeviceLaptop size={14} stroke={1.75} className="t3" aria-hidden="true" />
                Nothing has left this machine
              </span>
              <Button kind="ghost" isIcon label="Discard" onClick={onDiscard}>
                <IconTrash size={16} stroke={1.75} />
              </Button>
              <AcceptForm engagement={engagement} options={options} onChange={setOptions} />
              <Button kind="primary" keys="Control+Enter" isDisabled={accept.isPending} onClick={add}>
                {accepted === 0 ? 'Add the file to case' : `Add ${accepted} to case`}
                <Kbd keys={['Ctrl', 'Enter']} />
              </Button>
            </>
          )
        )}
      </div>
      {accept.error && (
        <div className="section">
          <ErrorNote error={accept.error} />
        </div>
      )}
      <SeenBefore intake={intake} />
      <CoverageNotice intake={intake} parts={parts} />
      <div
        className="intake"
        style={
          {
            '--tree': `${widths.intakeTree}px`,
            '--viewer': `${widths.intakeViewer}px`,
          } as React.CSSProperties
        }
      >
        <aside className="intake-tree" aria-label="What it holds">
          {intake.tree && (
            <PartTree
              root={intake.tree}
              counts={counts}
              total={candidates.length - intake.counts.rejected}
              selected={shownPart}
              onSelect={setPart}
            />
          )}
          {shownNode && <PartFacts node={shownNode} intake={intake} />}
          <Resizer panel="intakeTree" side="left" label="Width of the contents" />
        </aside>
        <section aria-label="Candidates">
          <div className="toolbar">
            <Segmented
              label="Which candidates"
              value={only}
              options={[
                { value: 'all', label: 'All', count: tally.all },
                { value: 'undecided', label: 'To decide', count: tally.toDecide },
                { value: 'accept', label: 'Accepted', count: tally.accepted },
                { value: 'skip', label: 'Skipped', count: tally.skipped },
                { value: 'rejected', label: 'Rejected', count: tally.rejected },
              ]}
              onChange={(value) => {
                setOnly(value);
                moveTo(1);
              }}
            />
            <FilterField label="Filter values" value={text} onChange={setText} field={filter} />
            <Button kind="ghost" size="small" isIcon label="Analyse the file… (R)" onClick={analyse}>
              <IconPlayerPlay size={15} stroke={1.75} />
            </Button>
            <span className="only-narrow">
              <Button
                kind="ghost"
                size="small"
                isIcon
                label="Source"
                isPressed={isViewerOpen}
                onClick={() => setViewerOpen(!isViewerOpen)}
              >
                <IconCode size={15} stroke={1.75} />
              </Button>
            </span>
          </div>
          {(error ?? decide.error) && (
            <div className="section">
              <ErrorNote error={error ?? decide.error} />
            </div>
          )}
          {isPending ? (
            <Skeleton lines={6} />
          ) : rows.length === 0 ? (
            <NothingFound
              intake={intake}
              isFiltered={candidates.length > 0}
              onClear={() => {
                setOnly('all');
                setText('');
              }}
            />
          ) : (
            <CandidateGrid
              rows={rows}
              parts={parts}
              cursor={at}
              isReadOnly={isReadOnly}
              onCursor={moveTo}
              onToggle={(candidate) =>
                setDecision([candidate], candidate.decision === 'accept' ? 'undecided' : 'accept')
              }
              onFold={(decision) => {
                const next = new Set(folded);
                if (!next.delete(decision)) next.add(decision);
                setFolded(next);
              }}
              onPlace={(index) => {
                moveTo(index);
                setViewerOpen(true);
              }}
            />
          )}
          <div className="hints" style={{ height: 36 }}>
            <Hint keys={['J', 'K']}>Move</Hint>
            <Hint keys={['A']}>Accept</Hint>
            <Hint keys={['X']}>Skip</Hint>
            <Hint keys={['T']}>Change type</Hint>
            <Hint keys={['G']}>Go to place</Hint>
            <Hint keys={['Shift', 'A']}>Accept group</Hint>
            <span className="right row tight">
              <Kbd keys={['?']} />
              All keys
            </span>
          </div>
        </section>
        <aside className="intake-viewer" aria-label="Source" data-open={isViewerOpen}>
          <Resizer panel="intakeViewer" side="right" label="Width of the source" />
          <SourceViewer
            intake={intake}
            part={viewed.part}
            places={places}
            current={viewed.current}
            placeIndex={viewed.placeIndex}
            onPlace={showInSource}
          />
        </aside>
      </div>
      <TypeDialog
        isOpen={isTypeOpen}
        value={current?.dataType}
        onClose={() => setTypeOpen(false)}
        onChoose={(dataType) => {
          if (current) decide.mutate({ seqs: [current.seq], dataType });
        }}
      />
    </>
  );
}

function AcceptedMark({ caseId }: { caseId: string }) {
  const { data } = useQuery(acceptedCaseQuery(caseId));
  return (
    <span className="f12 t2">
      Added to{' '}
      {data ? (
        <Link className="lnk" href={`/cases/${data.number}`}>
          #{data.number} <Text>{data.title}</Text>
        </Link>
      ) : (
        'a case'
      )}
    </span>
  );
}

function NothingFound(props: { intake: Intake; isFiltered: boolean; onClear(): void }) {
  const looked = props.intake.coverage?.parts ?? 0;
  return props.isFiltered ? (
    <div className="empty">
      <h2>No candidate matches</h2>
      <p>The filter hides all of them.</p>
      <div className="row">
        <Button onClick={props.onClear}>Clear filters</Button>
      </div>
    </div>
  ) : (
    <div className="empty">
      <h2>No observables in it</h2>
      <p>
        {plural(looked, 'part')} looked at, no address, name, hash or other value found. You can still add the file
        itself to a case and analyse it.
      </p>
    </div>
  );
}
