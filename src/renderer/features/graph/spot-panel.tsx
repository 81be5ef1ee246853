import { Menu } from '@mantine/core';
import { IconArrowRight, IconLink, IconLinkOff } from '@tabler/icons-react';
import { RELATION_KINDS, relationWords } from '../../../shared/model/relation-kind.ts';
import { CASE_STATUS_WORDS } from '../cases/status-words.ts';
import { Severity, Verdict } from '../../ui/chips.tsx';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Kbd } from '../../ui/kbd.tsx';
import { Text } from '../../ui/text.tsx';
import { edgeWords, type Line, neighboursOf, nodeKind, nodeText, type Picture, type Spot } from './graph-model.ts';
import { useAddRelation, useRemoveRelation } from './queries.ts';

/** Links shown of one thing; the picture shows them all. */
const LINKS_SHOWN = 50;

interface Props {
  chosen: readonly Spot[];
  line: Line | undefined;
  picture: Picture;
  /** One was selected by X and waits for a second. */
  isPinned: boolean;
  /** The menu of kinds of links is open. */
  isLinking: boolean;
  onLinking(isLinking: boolean): void;
  onShow(key: string): void;
  onExpand(spot: Spot): void;
  onOpen(spot: Spot): void;
}

/** What is selected: one thing with its links, two things to be linked, or a link. */
export function SpotPanel(props: Props) {
  const [first, second] = props.chosen;
  return (
    <section className="graph-panel" aria-label="Selection">
      {props.chosen.length === 0 && props.line && <LinePanel {...props} line={props.line} />}
      {props.chosen.length === 0 && !props.line && (
        <p className="section f12 t3">
          Choose something to see what it is linked with. E or a double click draws what else hangs on it, in other
          cases too. To link two, choose one, press X, choose the other, press L; or click them with Shift.
        </p>
      )}
      {first && props.chosen.length === 1 && <OneSpot {...props} spot={first} />}
      {first && second && props.chosen.length === 2 && <LinkTwo {...props} first={first} second={second} />}
      {props.chosen.length > 2 && (
        <p className="section f12 t3">{plural(props.chosen.length, 'thing')} selected. Select two to link them.</p>
      )}
    </section>
  );
}

function OneSpot({ spot, picture, isPinned, onShow, onExpand, onOpen }: Props & { spot: Spot }) {
  const { node } = spot;
  const near = neighboursOf(picture, spot.key);
  return (
    <div className="section">
      <p className="f12 t3">
        {nodeKind(node)}
        {node.kind === 'case' && ` · ${CASE_STATUS_WORDS[node.status]}`}
      </p>
      <h2 className={node.kind === 'observable' ? 'mono breaks' : 'breaks'}>
        <Text>{nodeText(node)}</Text>
      </h2>
      <div className="row graph-marks">
        {node.kind === 'observable' && <Verdict level={node.verdict} />}
        {node.kind === 'observable' && node.isIoc && <span className="chip">IOC</span>}
        {node.kind === 'observable' && node.isSighted && <span className="chip">Sighted</span>}
        {node.kind === 'case' && <Severity value={node.severity} />}
      </div>
      <div className="row">
        <Button keys="Enter" onClick={() => onOpen(spot)}>
          Open <Kbd keys={['Enter']} />
        </Button>
        <Button keys="e" onClick={() => onExpand(spot)}>
          Expand <Kbd keys={['E']} />
        </Button>
      </div>
      {isPinned && <p className="f12 t2">Selected. Choose another one to link it with; Esc lets go.</p>}
      {near.length === 0 && <p className="f12 t3">Nothing in the picture is linked with it.</p>}
      <ul className="graph-links">
        {near.slice(0, LINKS_SHOWN).map(({ spot: other, line, words }) => (
          <li key={line.id}>
            <span className="f12 t3">{words}</span>
            <button type="button" className="lnk el" title={nodeText(other.node)} onClick={() => onShow(other.key)}>
              <Text>{nodeText(other.node)}</Text>
            </button>
            {line.edge.why !== '' && (
              <span className="f12 t3 breaks">
                <Text>{line.edge.why}</Text>
              </span>
            )}
          </li>
        ))}
      </ul>
      {near.length > LINKS_SHOWN && <p className="f12 t3">and {near.length - LINKS_SHOWN} more</p>}
    </div>
  );
}

function LinkTwo({ first, second, isLinking, onLinking }: Props & { first: Spot; second: Spot }) {
  const add = useAddRelation();
  const canLink =
    first.node.kind === 'observable' && second.node.kind === 'observable' && first.node.caseId === second.node.caseId;
  return (
    <div className="section">
      <p className="breaks">
        <Text>{nodeText(first.node)}</Text>
      </p>
      <p className="t3">
        <IconArrowRight size={14} stroke={1.75} aria-label="to" />
      </p>
      <p className="breaks">
        <Text>{nodeText(second.node)}</Text>
      </p>
      {canLink ? (
        <Menu position="bottom-start" opened={isLinking} onChange={onLinking}>
          <Menu.Target>
            <button type="button" className="btn primary" aria-keyshortcuts="l">
              <IconLink size={14} stroke={1.75} aria-hidden="true" /> Link them… <Kbd keys={['L']} />
            </button>
          </Menu.Target>
          <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
            {RELATION_KINDS.map((kind) => (
              <Menu.Item key={kind} onClick={() => add.mutate({ fromId: first.node.id, toId: second.node.id, kind })}>
                {relationWords(kind, 'from')}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : (
        <p className="f12 t3">Only two observables of the same case can be linked.</p>
      )}
      {add.error && <ErrorNote error={add.error} />}
    </div>
  );
}

function LinePanel({ line, picture, onShow }: Props & { line: Line }) {
  const remove = useRemoveRelation();
  const ends = [line.from, line.to].map((key) => picture.spots.find((spot) => spot.key === key));
  const { relationId } = line.edge;
  return (
    <div className="section">
      {ends.map(
        (spot, index) =>
          spot && (
            <div key={spot.key}>
              {index === 1 && <p className="f12 t3">{edgeWords(line.edge)}</p>}
              <button type="button" className="lnk breaks" onClick={() => onShow(spot.key)}>
                <Text>{nodeText(spot.node)}</Text>
              </button>
            </div>
          ),
      )}
      {line.edge.why !== '' && (
        <p className="f12 t2 breaks">
          <Text>{line.edge.why}</Text>
        </p>
      )}
      {relationId === null ? (
        <p className="f12 t3">
          This link follows from files, reports or other cases. It is not stored, and goes when they do.
        </p>
      ) : (
        <Button onClick={() => remove.mutate(relationId)}>
          <IconLinkOff size={14} stroke={1.75} /> Remove the link
        </Button>
      )}
      {remove.error && <ErrorNote error={remove.error} />}
    </div>
  );
}
