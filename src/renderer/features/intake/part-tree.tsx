import { IconAlertTriangleFilled, IconChevronDown, IconChevronRight, IconCopy } from '@tabler/icons-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { Intake, PartNode } from '../../../shared/contract/intake.ts';
import { copyText } from '../../ui/copy.ts';
import { count, fileSize, plural } from '../../ui/format.ts';
import { MediaIcon } from '../../ui/icons.tsx';
import { Text } from '../../ui/text.tsx';
import { MiddleCut } from '../../ui/value.tsx';
import { flattenParts } from './part-index.ts';

/** Parts shown before the rest is asked for: a mail may have 10,000. */
const FIRST = 400;

/** What the file holds, as a tree; the chosen part shows in the viewer and its facts below. */
export function PartTree(props: {
  root: PartNode;
  counts: ReadonlyMap<string, number>;
  total: number;
  selected: string;
  onSelect(path: string): void;
}) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [shown, setShown] = useState(FIRST);
  const tree = useRef<HTMLDivElement>(null);
  const all = flattenParts(props.root, folded);
  const rows = all.slice(0, shown);
  const levels = Math.max(...rows.map((row) => row.depth)) + 1;

  const fold = (path: string, isFolded: boolean): void => {
    const next = new Set(folded);
    if (isFolded) next.add(path);
    else next.delete(path);
    setFolded(next);
  };

  const onKey = (event: KeyboardEvent): void => {
    const index = rows.findIndex((row) => row.node.path === props.selected);
    const row = rows[index];
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    let target: string | undefined;
    if (step !== 0) target = rows[index + step]?.node.path;
    else if (event.key === 'Home') target = rows[0]?.node.path;
    else if (event.key === 'End') target = rows.at(-1)?.node.path;
    else if (event.key === 'ArrowLeft' && row) {
      if (row.node.children.length > 0 && !folded.has(row.node.path)) fold(row.node.path, true);
      else target = row.parent ?? undefined;
    } else if (event.key === 'ArrowRight' && row) fold(row.node.path, false);
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (target === undefined) return;
    props.onSelect(target);
    tree.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(target)}"]`)?.focus();
  };

  return (
    <>
      <div className="side-head">
        Contents
        <span className="t3">
          {plural(all.length, 'part')}, {plural(levels, 'level')}
        </span>
      </div>
      <div ref={tree} className="scroll grow part-tree" role="tree" aria-label="Contents" onKeyDown={onKey}>
        {rows.map(({ node, depth }) => {
          const isSelected = node.path === props.selected;
          const hasChildren = node.children.length > 0;
          const isFolded = folded.has(node.path);
          const Chevron = isFolded ? IconChevronRight : IconChevronDown;
          return (
            <div
              key={node.path}
              role="treeitem"
              aria-selected={isSelected}
              aria-level={depth + 1}
              aria-expanded={hasChildren ? !isFolded : undefined}
              tabIndex={isSelected ? 0 : -1}
              data-path={node.path}
              className="tree-row"
              style={{ '--depth': depth } as React.CSSProperties}
              title={node.name}
              onClick={() => props.onSelect(node.path)}
              onDoubleClick={() => fold(node.path, !isFolded)}
            >
              {hasChildren ? <Chevron size={13} stroke={1.75} aria-hidden="true" /> : <span className="tree-gap" />}
              <MediaIcon mediaType={node.mediaType} />
              <span className="el">
                <Text>{node.name}</Text>
              </span>
              {node.warnings.length > 0 && (
                <span className="mark" data-level="suspicious" title={node.warnings.join('\n')}>
                  <IconAlertTriangleFilled size={13} aria-label="Look at its facts" />
                </span>
              )}
              <span className="right f12 t3">
                {count(node.path === '/' ? props.total : (props.counts.get(node.path) ?? 0))}
              </span>
            </div>
          );
        })}
        {all.length > shown && (
          <button type="button" className="lnk f12 tree-more" onClick={() => setShown(shown + 2_000)}>
            Show {count(all.length - shown)} more parts
          </button>
        )}
      </div>
    </>
  );
}

export function PartFacts({ node, intake }: { node: PartNode; intake: Intake }) {
  // The whole file was hashed when it came in, before it was read; a section of it (headers, a body) has no hash.
  const isSection = node.path !== '/' && hashesOf(node).length === 0;
  const known = hashesOf(node.path === '/' || isSection ? intake : node);
  return (
    <section className="part-facts" aria-label="Facts of the chosen part">
      <h2 className="el" title={node.name}>
        <Text>{node.name}</Text>
      </h2>
      <dl className="kv facts-grid">
        <dt>Type</dt>
        <dd className="breaks">
          <Text>{node.description === '' ? node.mediaType : node.description}</Text>
        </dd>
        <dt>Size</dt>
        <dd title={`${count(node.size)} bytes`}>{fileSize(node.size)}</dd>
        {!isSection && known.map(([name, hash]) => <Hash key={name} name={name} hash={hash} />)}
        {node.warnings.length > 0 && (
          <>
            <dt>Note</dt>
            <dd className="breaks">
              {node.warnings.map((warning) => (
                <p key={warning}>
                  <Text>{warning}</Text>
                </p>
              ))}
            </dd>
          </>
        )}
      </dl>
      {isSection && (
        <>
          <h3 className="f11 t3 m">The whole file</h3>
          <dl className="kv facts-grid">
            {known.map(([name, hash]) => (
              <Hash key={name} name={name} hash={hash} />
            ))}
          </dl>
        </>
      )}
    </section>
  );
}

function hashesOf(of: Pick<PartNode, 'md5' | 'sha1' | 'sha256'>): [name: string, hash: string][] {
  const named = [
    ['MD5', of.md5],
    ['SHA-1', of.sha1],
    ['SHA-256', of.sha256],
  ] as const;
  return named.flatMap(([name, hash]) => (hash === undefined || hash === '' ? [] : [[name, hash]]));
}

function Hash({ name, hash }: { name: string; hash: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="row tight">
        <MiddleCut text={hash} />
        <button
          type="button"
          className="t3 copy"
          aria-label={`Copy ${name}`}
          title={`Copy ${name}`}
          onClick={() => void copyText(hash, `Copied ${name}`)}
        >
          <IconCopy size={13} stroke={1.75} />
        </button>
      </dd>
    </>
  );
}
