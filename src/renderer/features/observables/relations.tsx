import { IconLink, IconPencil, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Observable } from '../../../shared/contract/entities.ts';
import type { RelatedObservable, Relation } from '../../../shared/contract/relations.ts';
import { relationWords } from '../../../shared/model/relation-kind.ts';
import { undoable } from '../../state/undoable.ts';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { LevelIcon, TypeIcon } from '../../ui/icons.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { Text } from '../../ui/text.tsx';
import { Value } from '../../ui/value.tsx';
import { relationsQuery } from './queries.ts';
import { RelationDialog } from './relation-dialog.tsx';

const DERIVED_WORDS = {
  contains: 'contains',
  'contained-in': 'found in',
  reported: 'led to',
  'reported-by': 'reported from',
} as const;

const SHOWN = 8;

/** Links that somebody made, then those that follow from files and reports. */
export function Relations(props: { observable: Observable; isAdding: boolean; onAdding(isAdding: boolean): void }) {
  const { observable } = props;
  const { data } = useQuery(relationsQuery(observable.id));
  const [edited, setEdited] = useState<Relation>();
  const [isAll, setAll] = useState(false);
  const derived = isAll ? data?.derived : data?.derived.slice(0, SHOWN);
  const isOpen = props.isAdding || edited !== undefined;
  return (
    <div className="section">
      <div className="row">
        <h2>Links</h2>
        <span className="right" />
        <Button kind="ghost" size="small" keys="l" onClick={() => props.onAdding(true)}>
          <IconLink size={14} stroke={1.75} aria-hidden="true" />
          Link… <Kbd keys={['L']} />
        </Button>
      </div>
      {data && data.stored.length + data.derived.length === 0 && (
        <p className="f12 t2">
          Nothing is linked yet: resolves to, downloaded from, drops… What files contain and reports propose comes here
          by itself.
        </p>
      )}
      <ul className="relations">
        {data?.stored.map(({ relation, direction, other }) => (
          <li key={relation.id}>
            <span className="f12 t3 kind">{relationWords(relation.kind, direction)}</span>
            <Other other={other} />
            <span className="row tight tools">
              <Button kind="ghost" size="small" isIcon label="Edit the link" onClick={() => setEdited(relation)}>
                <IconPencil size={13} stroke={1.75} />
              </Button>
              <Button
                kind="ghost"
                size="small"
                isIcon
                label="Remove the link"
                onClick={() => void undoable('Link removed', 'relations.remove', { ids: [relation.id] })}
              >
                <IconX size={13} stroke={1.75} />
              </Button>
            </span>
            {relation.note !== '' && (
              <span className="f12 t2 breaks note-line">
                <Text>{relation.note}</Text>
              </span>
            )}
          </li>
        ))}
      </ul>
      {derived && derived.length > 0 && (
        <>
          <h3 className="f12 t3">From files and reports</h3>
          <ul className="relations derived">
            {derived.map((each, index) => (
              <li key={index}>
                <span className="f12 t3 kind" title={each.why}>
                  {DERIVED_WORDS[each.kind]}
                </span>
                <Other other={each.other} />
                {each.jobId !== null && (
                  <Link className="lnk f12 el" href={`/reports/${each.jobId}`}>
                    <Text>{each.why}</Text>
                  </Link>
                )}
              </li>
            ))}
          </ul>
          {data && data.derived.length > SHOWN && !isAll && (
            <button type="button" className="lnk f12" onClick={() => setAll(true)}>
              {plural(data.derived.length - SHOWN, 'more')}
              {data.isMore && ' and others'}
            </button>
          )}
        </>
      )}
      <RelationDialog
        key={edited?.id ?? 'new'}
        observable={observable}
        edited={edited}
        isOpen={isOpen}
        onClose={() => {
          props.onAdding(false);
          setEdited(undefined);
        }}
      />
    </div>
  );
}

function Other({ other }: { other: RelatedObservable }) {
  return (
    <Link className="row tight other" href={`/observables/${other.id}`}>
      <LevelIcon level={other.verdict} size={12} />
      <TypeIcon dataType={other.dataType} />
      <Value dataType={other.dataType} value={other.value} />
    </Link>
  );
}
