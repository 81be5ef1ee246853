import { useMemo, useRef, useState } from 'react';
import { FilterField } from '../../ui/controls.tsx';
import { LEVEL_WORDS, LevelIcon, TypeIcon } from '../../ui/icons.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Text } from '../../ui/text.tsx';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { nodeKind, nodeText, type Picture, type Spot } from './graph-model.ts';

/** As it is shown, and as it was before it was defanged: both are typed. */
const searched = (node: Spot['node']): string[] =>
  node.kind === 'observable' ? [nodeText(node), node.value] : [nodeText(node)];

/** The picture as a list: what most hangs on first. Everything that the picture shows can be reached from here by keys. */
export function SpotList({
  picture,
  current,
  pinned,
  onShow,
  onOpen,
}: {
  picture: Picture;
  current: string | undefined;
  pinned: string | undefined;
  onShow(key: string): void;
  onOpen(spot: Spot): void;
}) {
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const rows = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return picture.spots
      .filter(({ node }) => wanted === '' || searched(node).some((said) => said.toLowerCase().includes(wanted)))
      .toSorted((a, b) => b.degree - a.degree);
  }, [picture, text]);
  const cursor = rows.findIndex(({ key }) => key === current);
  const move = (by: 1 | -1): void => {
    const row = rows[stepCursor(rows, cursor, by)];
    if (row) onShow(row.key);
  };
  useKeys([
    { keys: 'j', run: () => move(1) },
    { keys: 'k', run: () => move(-1) },
    { keys: 'ArrowDown', run: () => move(1) },
    { keys: 'ArrowUp', run: () => move(-1) },
    { keys: '/', run: () => field.current?.focus() },
  ]);
  return (
    <section className="graph-list" aria-label="List">
      <div className="graph-find">
        <FilterField label="Find in the graph" value={text} onChange={setText} field={field} />
      </div>
      <VirtualGrid
        label="Things in the graph"
        rows={rows}
        rowKey={({ key }) => key}
        rowHeight={() => 30}
        columns="18px minmax(0, 1fr) 22px 34px"
        head={
          <>
            <span role="columnheader">
              <span className="visually-hidden">Kind</span>
            </span>
            <span role="columnheader">Thing</span>
            <span role="columnheader">
              <span className="visually-hidden">Verdict</span>
            </span>
            <span role="columnheader" className="num">
              Links
            </span>
          </>
        }
        isSelected={({ key }) => key === pinned}
        cursor={cursor}
        onCursor={(index) => {
          const row = rows[index];
          if (row) onShow(row.key);
        }}
        onOpen={(index) => {
          const row = rows[index];
          if (row) onOpen(row);
        }}
        renderRow={({ node, degree }) => (
          <>
            <span role="gridcell" className="t3" title={nodeKind(node)}>
              <TypeIcon dataType={node.kind === 'observable' ? node.dataType : 'file'} />
              <span className="visually-hidden">{nodeKind(node)}</span>
            </span>
            <span role="gridcell" className="el" title={nodeText(node)}>
              <Text>{nodeText(node)}</Text>
            </span>
            <span role="gridcell" className="row">
              {node.kind === 'observable' && (
                <span title={LEVEL_WORDS[node.verdict ?? 'none']}>
                  <LevelIcon level={node.verdict} />
                  <span className="visually-hidden">{LEVEL_WORDS[node.verdict ?? 'none']}</span>
                </span>
              )}
            </span>
            <span role="gridcell" className="f12 t3 num">
              {degree}
            </span>
          </>
        )}
      />
    </section>
  );
}
