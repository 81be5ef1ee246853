import { IconTarget } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '../../ui/controls.tsx';

interface Place {
  text: string;
  top: number;
  left: number;
}

const MOST = 65_536;

/** Text that is read: what is selected in it can become an observable, by a button beside it. */
export function SelectableText(props: { children: ReactNode; onObservable(text: string): void }) {
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
        </span>
      )}
    </div>
  );
}
