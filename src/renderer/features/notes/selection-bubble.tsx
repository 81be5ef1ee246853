import { IconClockPlus, IconTarget } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { findTimes } from '../../../shared/model/time/find-times.ts';
import { Button } from '../../ui/controls.tsx';

interface Place {
  text: string;
  top: number;
  left: number;
}

const MOST = 65_536;
const MOST_FOR_TIME = 2_000;

/** Text that is read: what is selected in it can become an observable, a time in it an event, by buttons beside it. */
export function SelectableText(props: {
  children: ReactNode;
  onObservable(text: string): void;
  /** The time as it is written, and the text around it without it. */
  onTime?: ((given: string, around: string) => void) | undefined;
}) {
  const host = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Place>();
  useEffect(() => {
    const look = (): void => {
      const selection = document.getSelection();
      const box = host.current;
      const text = selection?.toString().trim() ?? '';
      const isHere =
        box !== null &&
        selection !== null &&
        selection.rangeCount > 0 &&
        box.contains(selection.anchorNode) &&
        box.contains(selection.focusNode);
      if (!isHere || text === '' || text.length > MOST) {
        setPlace(undefined);
        return;
      }
      const mark = selection.getRangeAt(0).getBoundingClientRect();
      const frame = box.getBoundingClientRect();
      setPlace({ text, top: mark.bottom - frame.top + 4, left: Math.max(0, mark.left - frame.left) });
    };
    document.addEventListener('selectionchange', look);
    return () => document.removeEventListener('selectionchange', look);
  }, []);
  const time = place && props.onTime ? findTimes(place.text.slice(0, MOST_FOR_TIME), {}, 1)[0] : undefined;
  return (
    <div ref={host} className="selectable">
      {props.children}
      {place && (
        <span className="bubble" style={{ top: place.top, left: place.left }}>
          <Button
            size="small"
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => props.onObservable(place.text)}
          >
            <IconTarget size={14} stroke={1.75} aria-hidden="true" />
            Make observable
          </Button>
          {time && (
            <Button
              size="small"
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => props.onTime?.(time.text, place.text.replace(time.text, ' ').replace(/\s+/g, ' ').trim())}
            >
              <IconClockPlus size={14} stroke={1.75} aria-hidden="true" />
              Add to the timeline
            </Button>
          )}
        </span>
      )}
    </div>
  );
}
