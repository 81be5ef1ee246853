import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Intake } from '../../../shared/contract/intake.ts';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count } from '../../ui/format.ts';
import { bytesQuery } from './queries.ts';

const PAGE = 4_096;
const ROW = 8;

/** The raw bytes of the dropped file, a page at a time. */
export function HexView({ intake }: { intake: Intake }) {
  const [offset, setOffset] = useState(0);
  const { data, error } = useQuery(bytesQuery(intake.id, offset, PAGE));
  const rows = useMemo(() => (data ? hexRows(data.base64, offset) : []), [data, offset]);
  if (error)
    return (
      <div className="section grow">
        <ErrorNote error={error} />
      </div>
    );
  if (!data)
    return (
      <div className="grow">
        <Skeleton lines={6} />
      </div>
    );
  return (
    <>
      <div className="source hex scroll pane-stop" tabIndex={0} role="region" aria-label="Hex">
        {data.size === 0 && <p className="t3 f12 source-more">The file is empty: 0 bytes.</p>}
        {rows.map((row) => (
          <div className="hex-line" key={row.at}>
            <span className="t3">{row.at}</span>
            <span>{row.hex}</span>
            <span className="t2">{row.ascii}</span>
          </div>
        ))}
      </div>
      <div className="hints">
        <Button size="small" isDisabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - PAGE))}>
          Earlier
        </Button>
        <Button size="small" isDisabled={offset + PAGE >= data.size} onClick={() => setOffset(offset + PAGE)}>
          Later
        </Button>
        <span className="right t3">
          {count(offset)} of {count(data.size)} bytes
        </span>
      </div>
    </>
  );
}

function hexRows(base64: string, offset: number): { at: string; hex: string; ascii: string }[] {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const rows = [];
  for (let index = 0; index < bytes.length; index += ROW) {
    const slice = [...bytes.subarray(index, index + ROW)];
    rows.push({
      at: (offset + index).toString(16).padStart(8, '0'),
      hex: slice.map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
      ascii: slice.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join(''),
    });
  }
  return rows;
}
