import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import type { Candidate, Intake } from '../../../shared/contract/intake.ts';
import { AppError } from '../../../shared/errors.ts';
import { Button, Segmented, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { fileSize } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { HexView } from './hex-view.tsx';
import { partTextQuery } from './queries.ts';
import { cutLines, highlightsIn, type PlaceIndex, type SourceLine, WINDOW, windowFor } from './source-window.ts';

interface ViewerProps {
  intake: Intake;
  part: string;
  places: PlaceIndex;
  current: Candidate | undefined;
  placeIndex: number;
  onPlace(index: number): void;
}

/** The evidence verbatim, with every candidate's place marked; or the file's raw bytes. */
export const SourceViewer = memo(function SourceViewer(props: ViewerProps) {
  const [view, setView] = useState<'source' | 'hex'>('source');
  const placeCount = props.current?.places.length ?? 0;
  return (
    <>
      <div className="toolbar">
        <Segmented<'source' | 'hex'>
          label="View"
          value={view}
          options={[
            { value: 'source', label: 'Source' },
            { value: 'hex', label: 'Hex' },
          ]}
          onChange={setView}
        />
        {view === 'source' && placeCount > 0 && (
          <span className="right row">
            <span className="f12 t2 el">
              {props.placeIndex + 1} of {placeCount}
            </span>
            <Button
              kind="ghost"
              size="small"
              isIcon
              label="Previous place"
              onClick={() => props.onPlace((props.placeIndex + placeCount - 1) % placeCount)}
            >
              <IconChevronUp size={14} stroke={1.75} />
            </Button>
            <Button
              kind="ghost"
              size="small"
              isIcon
              label="Next place"
              keys="g"
              onClick={() => props.onPlace((props.placeIndex + 1) % placeCount)}
            >
              <IconChevronDown size={14} stroke={1.75} />
            </Button>
          </span>
        )}
      </div>
      {view === 'hex' ? <HexView intake={props.intake} /> : <Source {...props} />}
      {view === 'source' && <Legend />}
    </>
  );
});

function Source({ intake, part, places, current, placeIndex }: ViewerProps) {
  const place = current?.places[placeIndex];
  const wanted = place && place.part === part ? windowFor(place.offset) : 0;
  const [moved, setMoved] = useState<{ part: string; from: number; offset: number }>();
  // A jump to another place ends the reading on: the window follows the place again.
  const offset = moved && moved.part === part && moved.from === wanted ? moved.offset : wanted;
  const { data, error, refetch } = useQuery(partTextQuery(intake.id, part, offset, WINDOW));
  const body = useRef<HTMLDivElement>(null);
  const seq = current?.seq;

  const lines = useMemo(() => {
    if (!data) return [];
    const range = { start: data.offset, end: data.offset + WINDOW + 4 };
    const highlights = highlightsIn(places, part, range, seq === undefined ? undefined : { seq, place: placeIndex });
    return cutLines(data.text, data.offset, data.line, highlights);
  }, [data, places, part, seq, placeIndex]);

  useEffect(() => {
    if (!body.current || lines.length === 0) return;
    const mark = body.current.querySelector('[data-current]');
    if (mark) mark.scrollIntoView({ block: 'center' });
    else body.current.scrollTop = 0;
  }, [lines]);

  if (error instanceof AppError && error.code === 'not_found')
    return (
      <p className="section t2 f12 grow">
        This part has no text of its own. Choose a part inside it, or Hex for the raw bytes.
      </p>
    );
  if (error)
    return (
      <div className="section grow">
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!data)
    return (
      <div className="grow">
        <Skeleton lines={6} />
      </div>
    );
  const go = (to: number): void => setMoved({ part, from: wanted, offset: Math.max(0, to) });
  const end = data.offset + WINDOW;
  return (
    <div ref={body} className="source scroll pane-stop" tabIndex={0} role="region" aria-label="Source">
      {data.offset > 0 && (
        <button type="button" className="lnk f12 source-more" onClick={() => go(data.offset - WINDOW)}>
          Earlier text, {fileSize(data.offset)} before this
        </button>
      )}
      {data.text === '' && <p className="t3 f12 source-more">This part holds no text. Hex shows the file’s bytes.</p>}
      {lines.map((line) => (
        <Line key={line.number} line={line} />
      ))}
      {end < data.totalBytes && (
        <button type="button" className="lnk f12 source-more" onClick={() => go(end)}>
          Later text, {fileSize(data.totalBytes - end)} after this
        </button>
      )}
    </div>
  );
}

function Line({ line }: { line: SourceLine }) {
  return (
    <div className={line.isCurrent ? 'source-line at' : 'source-line'}>
      <span className="line-number" aria-hidden="true">
        {line.number}
      </span>
      <span className="line-text">
        {line.pieces.map((piece, index) =>
          piece.highlight ? (
            <mark
              key={index}
              data-decision={piece.highlight.decision}
              data-current={piece.highlight.isCurrent ? '' : undefined}
            >
              <Text>{piece.text}</Text>
            </mark>
          ) : (
            <Text key={index}>{piece.text}</Text>
          ),
        )}
      </span>
    </div>
  );
}

const Legend = () => (
  <div className="hints source-legend">
    <span className="row tight">
      <mark data-decision="accept" aria-hidden="true" />
      Accepted
    </span>
    <span className="row tight">
      <mark data-decision="accept" data-current="" aria-hidden="true" />
      Current
    </span>
    <span className="row tight">
      <mark data-decision="undecided" aria-hidden="true" />
      Open
    </span>
    <span className="row tight">
      <mark data-decision="rejected" aria-hidden="true" />
      Rejected
    </span>
  </div>
);
