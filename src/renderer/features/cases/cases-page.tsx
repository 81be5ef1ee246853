import { Modal, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { IconBriefcase2, IconFilterOff, IconPlus, IconStar, IconStarFilled } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { Case } from '../../../shared/contract/entities.ts';
import { callCore } from '../../api/client.ts';
import { useEngagement } from '../../state/engagement.ts';
import { Severity, Tag, TlpChip } from '../../ui/chips.tsx';
import { Button, Empty, FilterField, Segmented, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { LevelIcon } from '../../ui/icons.tsx';
import { Hint, Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { DemoButton } from '../welcome/demo-button.tsx';
import { casesQuery, type CaseStatus, useCreateCase } from './queries.ts';
import { StatusMark } from './status.tsx';

type Which = 'all' | CaseStatus;

/** The cases of the engagement; `isNewOpen` shows the form of a new one over them. */
export function CasesPage({ isNewOpen }: { isNewOpen: boolean }) {
  const engagement = useEngagement();
  const [, navigate] = useLocation();
  const setNewOpen = (isOpen: boolean): void => navigate(isOpen ? '/cases/new' : '/cases', { replace: true });
  const [which, setWhich] = useState<Which>('all');
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 150);
  const [cursor, setCursor] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const query = useInfiniteQuery({
    ...casesQuery({
      ...(engagement ? { engagementId: engagement.id } : {}),
      ...(which === 'all' ? {} : { status: which }),
      ...(asked === '' ? {} : { text: asked }),
    }),
    enabled: engagement !== undefined,
    placeholderData: keepPreviousData,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const at = Math.min(cursor, rows.length - 1);
  const open = (index: number): void => {
    const row = rows[index];
    if (row) navigate(`/cases/${row.number}`);
  };
  const star = (row: Case | undefined): void => {
    if (row) void callCore('cases.update', { id: row.id, patch: { isFlagged: !row.isFlagged } });
  };
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const isFiltered = which !== 'all' || asked !== '';
  const clear = (): void => {
    setWhich('all');
    setText('');
  };
  useKeys([
    { keys: 'j', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'k', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'ArrowDown', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'ArrowUp', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'Enter', run: () => open(at) },
    { keys: 'f', run: () => star(rows[at]) },
    { keys: 'n', run: () => setNewOpen(true) },
    { keys: '/', run: () => field.current?.focus() },
    { keys: 'Escape', run: clear },
  ]);
  return (
    <>
      <div className="page-head">
        <h1>Cases</h1>
        <span className="f12 t3 el">
          {engagement && (
            <>
              of <Text>{engagement.name}</Text>
            </>
          )}
        </span>
        <span className="right" />
        <Button kind="primary" keys="n" onClick={() => setNewOpen(true)}>
          <IconPlus size={15} stroke={1.75} aria-hidden="true" />
          New case <Kbd keys={['N']} />
        </Button>
      </div>
      <div className="toolbar">
        <Segmented<Which>
          label="Which cases"
          value={which}
          options={[
            { value: 'all', label: 'All' },
            { value: 'open', label: 'New' },
            { value: 'in_progress', label: 'In progress' },
            { value: 'resolved', label: 'Resolved' },
            { value: 'duplicated', label: 'Duplicate' },
          ]}
          onChange={setWhich}
        />
        <FilterField label="Filter cases" value={text} onChange={setText} field={field} />
      </div>
      {query.error && (
        <div className="section">
          <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
        </div>
      )}
      {query.isPending ? (
        <Skeleton lines={5} />
      ) : rows.length === 0 && !query.error ? (
        isFiltered ? (
          <Empty icon={IconFilterOff} title="No case matches" actions={<Button onClick={clear}>Clear filters</Button>}>
            The filter hides every case of this engagement.
          </Empty>
        ) : (
          <Empty
            icon={IconBriefcase2}
            title="No cases yet"
            actions={
              <>
                <Button kind="primary" onClick={() => setNewOpen(true)}>
                  New case <Kbd keys={['N']} />
                </Button>
                <DemoButton />
              </>
            }
          >
            A case holds what belongs to one matter: observables, evidence, notes, tasks. Drop a mail or a file anywhere and
            add what it holds to a new case, or begin with an empty one.
          </Empty>
        )
      ) : (
        <VirtualGrid
          label="Cases"
          rows={rows}
          rowKey={(row) => row.id}
          rowHeight={() => 40}
          columns="16px 44px minmax(140px, 1fr) 92px 110px 150px 76px 130px 76px"
          head={
            <>
              <span role="columnheader">
                <span className="visually-hidden">Star</span>
              </span>
              <span role="columnheader">Case</span>
              <span role="columnheader">
                <span className="visually-hidden">Title</span>
              </span>
              <span role="columnheader">Severity</span>
              <span role="columnheader">Status</span>
              <span role="columnheader">Verdicts</span>
              <span role="columnheader" className="num">
                Values
              </span>
              <span role="columnheader">TLP</span>
              <span role="columnheader" className="num">
                Updated
              </span>
            </>
          }
          cursor={at}
          onCursor={setCursor}
          onOpen={open}
          onEnd={loadMore}
          renderRow={(row) => (
            <Cells row={row} onOpen={() => navigate(`/cases/${row.number}`)} onStar={() => star(row)} />
          )}
        />
      )}
      <div className="hints">
        <span>
          {isFiltered ? `${count(rows.length)} match` : plural(rows.length, 'case')}
          {hasNextPage ? ' and more' : ''}
        </span>
        <span className="right row loose">
          <Hint keys={['Enter']}>Open</Hint>
          <Hint keys={['F']}>Star</Hint>
          <Hint keys={['/']}>Filter</Hint>
        </span>
      </div>
      <Modal opened={isNewOpen} onClose={() => setNewOpen(false)} title="New case" size="md">
        <NewCase onClose={() => setNewOpen(false)} />
      </Modal>
    </>
  );
}

function Cells({ row, onOpen, onStar }: { row: Case; onOpen(): void; onStar(): void }) {
  const Star = row.isFlagged ? IconStarFilled : IconStar;
  return (
    <>
      <span role="gridcell" className="row">
        <button
          type="button"
          className={row.isFlagged ? 't1' : 't3'}
          tabIndex={-1}
          aria-pressed={row.isFlagged}
          aria-label={`Star #${row.number}`}
          onClick={onStar}
        >
          <Star size={14} stroke={1.75} />
        </button>
      </span>
      <span role="gridcell" className="mono t3">
        #{row.number}
      </span>
      <span role="gridcell" className="row">
        <button type="button" className="m el" tabIndex={-1} title={row.title} onClick={onOpen}>
          <Text>{row.title}</Text>
        </button>
        {row.tags.slice(0, 2).map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
        {row.tags.length > 2 && <span className="taxonomy more">+{row.tags.length - 2}</span>}
      </span>
      <span role="gridcell">
        <Severity value={row.severity} />
      </span>
      <span role="gridcell">
        <StatusMark status={row.status} />
      </span>
      <span role="gridcell" className="row f12 t2">
        {row.counts.malicious > 0 && (
          <span className="row" style={{ gap: 4 }} title="Malicious">
            <LevelIcon level="malicious" />
            {count(row.counts.malicious)}
          </span>
        )}
        {row.counts.suspicious > 0 && (
          <span className="row" style={{ gap: 4 }} title="Suspicious">
            <LevelIcon level="suspicious" />
            {count(row.counts.suspicious)}
          </span>
        )}
      </span>
      <span role="gridcell" className="f12 t2 num">
        {count(row.counts.observables)}
      </span>
      <span role="gridcell">
        <TlpChip tlp={row.tlp} />
      </span>
      <span role="gridcell" className="f12 t3 num">
        <Age at={row.updatedAt} />
      </span>
    </>
  );
}

function NewCase({ onClose }: { onClose(): void }) {
  const engagement = useEngagement();
  const create = useCreateCase();
  const [, navigate] = useLocation();
  const form = useForm({
    initialValues: { title: '', description: '' },
    validateInputOnBlur: true,
    validate: { title: (title) => (title.trim() === '' ? 'Type what the case is about.' : null) },
  });
  return (
    <form
      className="add-form"
      onSubmit={form.onSubmit(({ title, description }) =>
        create.mutate(
          { title: title.trim(), description, ...(engagement ? { engagementId: engagement.id } : {}) },
          { onSuccess: (made) => navigate(`/cases/${made.number}`) },
        ),
      )}
    >
      <TextInput label="Title" maxLength={500} data-autofocus {...form.getInputProps('title')} />
      <Textarea label="Description" rows={4} {...form.getInputProps('description')} />
      <p className="help">
        It gets the engagement’s marking and severity Medium. Everything can be changed in its head.
      </p>
      {create.error && <ErrorNote error={create.error} />}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isDisabled={create.isPending}>
          Create case
        </Button>
      </div>
    </form>
  );
}
