import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import type { ActivityGroup, ChangedField } from '../../../shared/contract/activity.ts';
import type { Case } from '../../../shared/contract/entities.ts';
import { DATA_TYPES, type DataType } from '../../../shared/model/data-type.ts';
import { callCore } from '../../api/client.ts';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Text } from '../../ui/text.tsx';
import { Age, DateTime } from '../../ui/time.tsx';
import { Value } from '../../ui/value.tsx';
import { activityTitle, fieldWord, isLongText, valueWord } from './activity-words.ts';
import './activity.css';

const activityQuery = (caseId: string) =>
  infiniteQueryOptions({
    queryKey: ['activity.list', 'pages', caseId] as const,
    queryFn: ({ pageParam, signal }) =>
      callCore('activity.list', { caseId, ...(pageParam === undefined ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    meta: { topics: ['case', 'observable', 'evidence', 'note'], caseId },
  });

/** Who changed what in a case, when, from what to what: the change log, newest first. */
export default function ActivityTab({ found }: { found: Case }) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    activityQuery(found.id),
  );
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!data) return <Skeleton />;
  return (
    <section className="scroll grow" aria-label="Activity">
      <ol className="activity">
        {data.pages
          .flatMap((page) => page.items)
          .map((group) => (
            <Group key={group.id} group={group} />
          ))}
      </ol>
      {hasNextPage && (
        <div className="section">
          <Button isDisabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older changes
          </Button>
        </div>
      )}
    </section>
  );
}

const isKnownType = (name: string | null): name is DataType => (DATA_TYPES as readonly string[]).includes(name ?? '');

function Group({ group }: { group: ActivityGroup }) {
  const more = group.count - group.things.length;
  return (
    <li>
      <span className="f12 t3 num">
        <Age at={group.at} />
      </span>
      <span className="f12 t2 el">
        <Text>{group.actor}</Text>
      </span>
      <div className="activity-what">
        <span className="m">{activityTitle(group)}</span>
        {group.entity !== 'case' && (
          <span className="activity-things f12 t2">
            {group.things.map(({ id, label, dataType }) =>
              label === '' ? null : (
                <span key={id} className="activity-thing">
                  {isKnownType(dataType) ? <Value dataType={dataType} value={label} /> : <Text>{label}</Text>}
                </span>
              ),
            )}
            {more > 0 && group.things.length > 0 && <span className="t3">and {more} more</span>}
          </span>
        )}
        {group.reason !== '' && (
          <span className="f12 t2">
            Reason: <Text>{group.reason}</Text>
          </span>
        )}
        {group.fields.map((field) => (
          <FieldLine key={field.name} field={field} />
        ))}
      </div>
    </li>
  );
}

function FieldLine({ field }: { field: ChangedField }) {
  return (
    <span className="f12 activity-field">
      <span className="t3">{fieldWord(field.name)}</span>
      {isLongText(field) ? (
        <span className="t2">rewritten</span>
      ) : (
        <>
          <FieldValue name={field.name} json={field.before} isOld />
          <span className="t3" aria-label="became">
            →
          </span>
          <FieldValue name={field.name} json={field.after} />
        </>
      )}
    </span>
  );
}

function FieldValue({ name, json, isOld }: { name: string; json: string | null; isOld?: boolean }) {
  const value = valueWord(name, json);
  if (value === undefined) return <span className="t3">nothing</span>;
  const shown = 'at' in value ? <DateTime at={value.at} /> : <Text>{value.text}</Text>;
  return isOld ? <del className="t3">{shown}</del> : <span>{shown}</span>;
}
