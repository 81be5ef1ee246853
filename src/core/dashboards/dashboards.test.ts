import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';
import { REFRESH_MINUTES } from '../../shared/contract/dashboards.ts';
import { statField } from '../../shared/model/stat-fields.ts';
import { shippedDashboards } from './shipped.ts';

test('every shipped widget asks for what is counted', async () => {
  const { api } = await makeCore();
  const [engagement] = await api['engagements.list']({});
  const day = 86_400_000;
  const to = Math.ceil(Date.UTC(2026, 10, 24) / day) * day;
  for (const { definition, title } of shippedDashboards()) {
    const questions = definition.rows.flat().flatMap((widget) => {
      if ('series' in widget) {
        const interval = 'interval' in widget ? widget.interval : null;
        return widget.series.map(({ entity, date, agg, filters }) => ({ entity, date, agg, filters, interval }));
      }
      const { entity, date, agg, filters, by, limit, sort } = widget;
      if (by !== null) expect(statField(entity, by), `${title}: ${by}`).toBeDefined();
      return [
        { entity, date, agg, filters, by, limit, sort, interval: widget.kind === 'bar' ? widget.interval : null },
      ];
    });
    const { answers } = await api['stats.ask']({
      engagementId: engagement!.id,
      period: { from: to - 90 * day, to },
      questions,
    });
    expect(answers.map(({ refused, how }) => refused ?? how)).toEqual(
      questions.map(() => expect.stringMatching(/^(kept|scan)$/)),
    );
    expect(answers.filter(({ how }) => how === 'scan').length, title).toBeLessThanOrEqual(title === 'Overview' ? 0 : 1);
  }
});

test('dashboards are made, changed, copied, trashed and brought back; shipped ones are only copied', async () => {
  const { api } = await makeCore();
  const shipped = await api['dashboards.list']({});
  expect(shipped.map(({ id }) => id)).toEqual(['overview', 'cases', 'alerts', 'observables', 'jobs']);
  await expect(api['dashboards.update']({ id: 'overview', patch: { title: 'Mine' } })).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(api['dashboards.remove']({ id: 'overview' })).rejects.toMatchObject({ code: 'conflict' });

  const copy = await api['dashboards.duplicate']({ id: 'overview' });
  expect(copy).toMatchObject({ title: 'Overview (copy)', isShipped: false, isShared: true });
  const rows = copy.definition.rows.slice(0, 1);
  const changed = await api['dashboards.update']({
    id: copy.id,
    patch: { title: 'Ours', definition: { ...copy.definition, rows, refreshMinutes: REFRESH_MINUTES[2] } },
  });
  expect(changed).toMatchObject({ title: 'Ours', description: copy.description, widgets: rows[0]!.length });
  await api['dashboards.remove']({ id: copy.id });
  await expect(api['dashboards.get']({ id: copy.id })).rejects.toMatchObject({ code: 'not_found' });
  expect(await api['dashboards.restore']({ id: copy.id })).toEqual({ ...changed, updatedAt: expect.any(Number) });
});

test('an export comes back as it was', async () => {
  const { api } = await makeCore();
  const { name, text } = await api['dashboards.export']({ id: 'jobs' });
  expect(name).toBe('Jobs quota and egress.json');
  const { dashboard, notes } = await api['dashboards.import']({ text });
  expect(notes).toEqual([]);
  expect(dashboard.definition).toEqual((await api['dashboards.get']({ id: 'jobs' })).definition);
});

test('a dashboard of TheHive is taken over as far as it goes, and each widget says what was left out', async () => {
  const { api } = await makeCore();
  const widget = (type: string, options: object): object => ({ type, id: 'x', options });
  const definition = {
    period: 'last30Days',
    items: [
      {
        type: 'container',
        items: [
          widget('donut', {
            title: 'Owners',
            entity: 'case',
            field: 'owner',
            limit: 5,
            sort: ['-_count'],
            colors: { ana: '#123456' },
            filters: [{ field: 'status', type: 'enumeration', value: { operator: 'any', list: [{ value: 'Open' }] } }],
          }),
          widget('bar', {
            title: 'TLP',
            entity: 'case_artifact',
            field: 'tlp',
            interval: '1M',
            dateField: 'startDate',
            names: { 3: 'Red!' },
          }),
          widget('counter', {
            title: 'New',
            entity: 'alert',
            series: [{ agg: 'count', label: 'new', filters: [{ field: 'status', value: { list: ['New'] } }] }],
          }),
          widget('multiline', {
            title: 'Both',
            interval: '1d',
            series: [
              { entity: 'case', agg: 'count', type: 'area-spline', label: 'cases' },
              {
                entity: 'case_artifact_job',
                agg: 'count',
                type: 'bar',
                label: 'jobs',
                filters: [{ field: 'operations', value: { list: ['x'] } }],
              },
            ],
          }),
        ],
      },
      {
        type: 'container',
        items: [widget('donut', { title: 'Who did it', entity: 'audit', field: 'base' }), widget('radar', {})],
      },
      {
        type: 'container',
        items: [
          widget('text', {
            title: 'Words',
            template: '{{n}} open',
            series: [{ name: 'n', entity: 'case', agg: 'count' }],
          }),
        ],
      },
    ],
  };
  const file = { title: 'From TheHive', description: 'd', status: 'Shared', definition: JSON.stringify(definition) };
  const { dashboard, notes } = await api['dashboards.import']({ text: JSON.stringify(file) });
  expect(dashboard).toMatchObject({ title: 'From TheHive', isShared: true, widgets: 5 });
  expect(dashboard.definition.period).toEqual({ kind: 'days30' });
  expect(dashboard.definition.rows.map((row) => row.map(({ kind }) => kind))).toEqual([
    ['donut', 'bar', 'counter'],
    ['multiline'],
    ['text'],
  ]);
  const [donut, bar, counter] = dashboard.definition.rows[0]!;
  expect(donut).toMatchObject({
    entity: 'case',
    by: 'assignee',
    limit: 5,
    filters: [{ field: 'status', values: ['open'] }],
  });
  expect(bar).toMatchObject({ entity: 'observable', by: 'tlp', interval: 'month', names: { red: 'Red!' } });
  expect(counter).toMatchObject({ series: [{ entity: 'alert', filters: [{ field: 'state', values: ['new'] }] }] });
  expect(notes).toEqual([
    'Owners: its colours are ours now.',
    'Both: the filter on operations was left out, so it counts more than before.',
    'Who did it was left out: nothing is counted of audit here.',
    'radar was left out: there is no widget of the kind “radar”.',
  ]);
});

test('a file that is no dashboard is refused with what is wrong', async () => {
  const { api } = await makeCore();
  const attempt = (text: string) => expect(api['dashboards.import']({ text })).rejects;
  await attempt('nope').toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/not JSON/) });
  await attempt('[]').toMatchObject({ code: 'invalid_input' });
  await attempt('{"title":"x"}').toMatchObject({
    code: 'invalid_input',
    message: expect.stringMatching(/no dashboard/),
  });
  const wrong = { format: 'osmia-dashboard', version: 1, title: 'x', definition: { rows: [[{ kind: 'pie' }]] } };
  await attempt(JSON.stringify(wrong)).toMatchObject({ message: expect.stringMatching(/definition\.rows\.0\.0/) });
});
