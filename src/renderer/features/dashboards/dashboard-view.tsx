import { Menu, Modal, Textarea, TextInput } from '@mantine/core';
import { IconChartBar, IconDots, IconPencil, IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import {
  type Dashboard,
  type DashboardDefinition,
  type Period,
  REFRESH_MINUTES,
  type StatAnswer,
  type Widget,
} from '../../../shared/contract/dashboards.ts';
import type { Input } from '../../api/client.ts';
import { undoable } from '../../state/undoable.ts';
import { Button, Empty, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Text } from '../../ui/text.tsx';
import { useKeys } from '../../ui/keys.ts';
import { useNow } from '../../ui/use-now.ts';
import { saveText } from '../../ui/save-text.ts';
import { putWidget } from './layout.ts';
import { DAY_MS, daysOf } from './period.ts';
import { PeriodMenu } from './period-menu.tsx';
import { exportDashboard, statsQuery } from './queries.ts';
import { WidgetForm } from './widget-form.tsx';
import { WidgetRows } from './widget-rows.tsx';
import { questionsOf } from './widget-table.ts';
import { WidgetView } from './widget-view.tsx';

/** One dashboard: its period, its widgets, and the ways to change it. */
export function DashboardView(props: {
  dashboard: Dashboard;
  engagementId: string;
  isEditing: boolean;
  /** The tabs, between head and widgets. */
  children: ReactNode;
}) {
  const { dashboard, engagementId, isEditing } = props;
  const { id, isShipped, definition } = dashboard;
  const [, navigate] = useLocation();
  // What is chosen while looking is this window's; the dashboard keeps its own.
  const [period, setPeriod] = useState<Period>(definition.period);
  const [refresh, setRefresh] = useState(definition.refreshMinutes);
  const [zoomed, setZoomed] = useState<string>();
  const [edited, setEdited] = useState<Widget | 'new'>();
  const [isRenaming, setRenaming] = useState(false);
  const [error, setError] = useState<unknown>();
  const now = useNow();
  const today = Math.floor(now / DAY_MS);
  const days = useMemo(() => daysOf(period, today * DAY_MS), [period, today]);
  const widgets = useMemo(() => definition.rows.flat(), [definition]);
  const questions = useMemo(() => widgets.map(questionsOf), [widgets]);
  const asked = useMemo(
    () => ({ engagementId, period: days, questions: questions.flat() }),
    [engagementId, days, questions],
  );
  const stats = useQuery({
    ...statsQuery(asked),
    placeholderData: keepPreviousData,
    refetchInterval: refresh === 0 ? false : refresh * 60_000,
  });
  const answers = useMemo(() => {
    const all = stats.isPlaceholderData ? undefined : stats.data?.answers;
    const map = new Map<string, StatAnswer[]>();
    let at = 0;
    for (const [i, widget] of widgets.entries()) {
      const own = questions[i]?.length ?? 0;
      if (all) map.set(widget.id, all.slice(at, at + own));
      at += own;
    }
    return map;
  }, [stats.data, stats.isPlaceholderData, widgets, questions]);

  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      setError(undefined);
      await work();
    } catch (failure) {
      setError(failure);
    }
  };
  const change = (said: string, patch: Input<'dashboards.update'>['patch']): Promise<void> =>
    attempt(() => undoable(said, 'dashboards.update', { id, patch }));
  const changeDefinition = (said: string, part: Partial<DashboardDefinition>): Promise<void> =>
    change(said, { definition: { ...definition, ...part } });
  const duplicate = (isToEdit: boolean): Promise<void> =>
    attempt(async () => {
      const said = isToEdit ? 'Copied, so that it can be changed' : 'Dashboard duplicated';
      const copy = await undoable(said, 'dashboards.duplicate', { id });
      navigate(`/dashboards/${copy.id}${isToEdit ? '/edit' : ''}`);
    });
  const trash = (): Promise<void> =>
    attempt(async () => {
      await undoable('Dashboard moved to the trash', 'dashboards.remove', { id });
      navigate('/dashboards/overview');
    });
  const download = (): Promise<void> =>
    attempt(async () => {
      const { name, text } = await exportDashboard(id);
      saveText(name, text, 'application/json');
    });
  const toggleEdit = (): void => {
    if (isEditing) navigate(`/dashboards/${id}`);
    else if (isShipped) void duplicate(true);
    else navigate(`/dashboards/${id}/edit`);
  };
  useKeys([
    { keys: 'e', label: 'Edit the dashboard', run: toggleEdit },
    { keys: 'n', label: 'New widget…', run: () => setEdited('new'), when: () => isEditing },
    { keys: 'Escape', run: toggleEdit, when: () => isEditing },
  ]);

  const isNothing = stats.data !== undefined && answers.size > 0 && [...answers.values()].flat().every(isZero);
  const zoomedWidget = widgets.find((widget) => widget.id === zoomed);
  const isPeriodKept =
    JSON.stringify(period) === JSON.stringify(definition.period) && refresh === definition.refreshMinutes;
  return (
    <>
      <div className="page-head">
        <h1>Dashboards</h1>
        {dashboard.description !== '' && (
          <span className="f12 t3 el">
            <Text>{dashboard.description}</Text>
          </span>
        )}
        <span className="grow" />
        <PeriodMenu period={period} onChange={setPeriod} now={now} />
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="small">{refresh === 0 ? 'Auto refresh off' : `Every ${refresh} min`}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>What changes here shows at once in any case</Menu.Label>
            {REFRESH_MINUTES.map((minutes) => (
              <Menu.Item key={minutes} onClick={() => setRefresh(minutes)}>
                {minutes === 0 ? 'Off' : `Every ${minutes} min`}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        {isEditing && (
          <Button size="small" keys="n" onClick={() => setEdited('new')}>
            <IconPlus size={14} stroke={1.75} aria-hidden="true" />
            Add widget
          </Button>
        )}
        <Button size="small" kind={isEditing ? 'primary' : undefined} keys="e" onClick={toggleEdit}>
          {!isEditing && <IconPencil size={14} stroke={1.75} aria-hidden="true" />}
          {isEditing ? 'Done' : isShipped ? 'Edit a copy' : 'Edit'}
        </Button>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="small" isIcon label="More of this dashboard">
              <IconDots size={15} stroke={1.75} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {!isShipped && <Menu.Item onClick={() => setRenaming(true)}>Rename…</Menu.Item>}
            {!isShipped && !isPeriodKept && (
              <Menu.Item
                onClick={() =>
                  void changeDefinition('Period kept with the dashboard', { period, refreshMinutes: refresh })
                }
              >
                Keep this period
              </Menu.Item>
            )}
            {!isShipped && (
              <Menu.Item
                onClick={() =>
                  void change(dashboard.isShared ? 'Made private' : 'Shared', { isShared: !dashboard.isShared })
                }
              >
                {dashboard.isShared ? 'Make private' : 'Share'}
              </Menu.Item>
            )}
            <Menu.Item onClick={() => void duplicate(false)}>Duplicate</Menu.Item>
            <Menu.Item onClick={() => void download()}>Export as JSON</Menu.Item>
            {!isShipped && <Menu.Item onClick={() => void trash()}>Move to the trash</Menu.Item>}
          </Menu.Dropdown>
        </Menu>
      </div>
      {props.children}
      {(error !== undefined || stats.error) && (
        <div className="section">
          <ErrorNote error={error ?? stats.error} onRetry={() => void stats.refetch()} />
        </div>
      )}
      <div className="dashboard" role="tabpanel" aria-label={dashboard.title}>
        {widgets.length === 0 ? (
          <Empty
            icon={IconChartBar}
            title="No widgets yet"
            actions={
              <Button kind="primary" onClick={() => setEdited('new')}>
                Add widget
              </Button>
            }
          >
            A widget is a number, a chart or a text about cases, tasks, observables, alerts, jobs, quota or what left
            this machine. Every number opens the list behind it.
          </Empty>
        ) : (
          <>
            {isNothing && (
              <p className="dashboard-about f12 t2" role="note">
                Nothing was counted in this period yet. Drop a file anywhere, accept it into a case and analyse it: the
                numbers here follow at once. {days !== null && 'An older period may have some.'}
              </p>
            )}
            {stats.data === undefined && !stats.error ? (
              <Skeleton lines={6} />
            ) : (
              <WidgetRows
                rows={definition.rows}
                answers={answers}
                days={days}
                isEditing={isEditing}
                onZoom={setZoomed}
                onEdit={setEdited}
                onRows={(said, rows) => void changeDefinition(said, { rows })}
              />
            )}
          </>
        )}
      </div>
      <Modal
        opened={zoomedWidget !== undefined}
        onClose={() => setZoomed(undefined)}
        title={dashboard.title}
        size="90vw"
      >
        {zoomedWidget && (
          <WidgetView widget={zoomedWidget} answers={answers.get(zoomedWidget.id) ?? []} days={days} isLarge />
        )}
      </Modal>
      <Modal
        opened={edited !== undefined}
        onClose={() => setEdited(undefined)}
        title={edited === 'new' ? 'Add widget' : 'Edit widget'}
        size="1080px"
      >
        {edited !== undefined && (
          <WidgetForm
            widget={edited === 'new' ? undefined : edited}
            engagementId={engagementId}
            days={days}
            onCancel={() => setEdited(undefined)}
            onSave={(widget) => {
              setEdited(undefined);
              const said = edited === 'new' ? 'Widget added' : 'Widget changed';
              void changeDefinition(said, { rows: putWidget(definition.rows, widget) });
              if (!isEditing) navigate(`/dashboards/${id}/edit`);
            }}
          />
        )}
      </Modal>
      <Modal opened={isRenaming} onClose={() => setRenaming(false)} title="Rename dashboard" size="sm">
        {isRenaming && (
          <RenameForm
            dashboard={dashboard}
            onCancel={() => setRenaming(false)}
            onSave={(title, description) => {
              setRenaming(false);
              void change('Dashboard renamed', { title, description });
            }}
          />
        )}
      </Modal>
    </>
  );
}

const isZero = ({ series, refused }: StatAnswer): boolean =>
  refused === null && series.every(({ values }) => values.every((value) => value === null || value === 0));

function RenameForm(props: {
  dashboard: Dashboard;
  onCancel(): void;
  onSave(title: string, description: string): void;
}) {
  const [title, setTitle] = useState(props.dashboard.title);
  const [description, setDescription] = useState(props.dashboard.description);
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (title.trim() !== '') props.onSave(title.trim(), description.trim());
      }}
    >
      <TextInput
        label="Title"
        data-autofocus
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <Textarea
        label="Description"
        value={description}
        maxLength={2_000}
        autosize
        minRows={2}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <div className="dialog-actions">
        <Button onClick={props.onCancel}>Cancel</Button>
        <Button kind="primary" type="submit" isDisabled={title.trim() === ''}>
          Save
        </Button>
      </div>
    </form>
  );
}
