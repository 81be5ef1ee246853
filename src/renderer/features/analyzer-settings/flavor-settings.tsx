import { IconArrowUp, IconUsersGroup } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FlavorConfig, GivenValue } from '../../../shared/contract/config.ts';
import { AppError } from '../../../shared/errors.ts';
import { useEngagement } from '../../state/engagement.ts';
import { Button, Segmented, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { type Edits, type EditScope, heldAt, savesOf, scopeOf } from './form-model.ts';
import { configQuery, useSetConfig } from './queries.ts';
import { SettingRow } from './setting-row.tsx';
import './analyzer-settings.css';

/** The settings of one analyzer or responder: its form, what it shares with its siblings, what a new version changed. */
export function FlavorSettings({ flavorId }: { flavorId: string }) {
  const engagement = useEngagement();
  const [whose, setWhose] = useState<'all' | 'one'>('all');
  const engagementId = whose === 'one' ? engagement?.id : undefined;
  const { data, error, refetch } = useQuery(configQuery(flavorId, engagementId));
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={5} />;
  return (
    <div className="flavor-settings">
      {engagement && (
        <div className="row tight wrap">
          <Segmented<'all' | 'one'>
            label="For which engagements"
            value={whose}
            options={[
              { value: 'all', label: 'Every engagement' },
              { value: 'one', label: `Only ${engagement.name}` },
            ]}
            onChange={setWhose}
          />
          {whose === 'one' && <span className="f12 t3">Empty fields use what is set for every engagement.</span>}
        </div>
      )}
      {/* What was typed belongs to one flavor and one engagement. */}
      <Form key={`${flavorId} ${engagementId ?? ''}`} config={data} />
    </div>
  );
}

function Form({ config }: { config: FlavorConfig }) {
  const [edits, setEdits] = useState<Edits>({});
  const [scopes, setScopes] = useState<Readonly<Record<string, EditScope>>>({});
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const save = useSetConfig();
  const target = {
    flavorId: config.flavorId,
    ...(config.engagementId === null ? {} : { engagementId: config.engagementId }),
  };

  const edit = (name: string, scope: EditScope, value: GivenValue | undefined): void => {
    setProblems(({ [name]: _gone, ...rest }) => rest);
    setEdits(({ [name]: _old, ...rest }) => {
      const field = config.fields.find((one) => one.name === name);
      if (value === undefined) return rest;
      const held = field && heldAt(field, scope, config.engagementId);
      const isSame = field && !field.isSecret && scope === scopeOf(field, config) && (held?.value ?? null) === value;
      return isSame ? rest : { ...rest, [name]: { scope, value } };
    });
  };

  const mark = (name: string, scope: EditScope, isSecret: boolean): void =>
    save.mutate(
      { ...target, scope, secret: { [name]: isSecret } },
      { onSuccess: () => toast(isSecret ? `${name} is kept as a secret` : `${name} is no secret any more`) },
    );

  const submit = async (): Promise<void> => {
    const changed = Object.keys(edits).length;
    try {
      for (const one of savesOf(edits)) await save.mutateAsync({ ...target, ...one });
      setEdits({});
      setScopes({});
      toast(`${plural(changed, 'setting')} saved`);
    } catch (error) {
      if (error instanceof AppError && error.details) {
        setProblems(Object.fromEntries(Object.entries(error.details).map(([name, said]) => [name, String(said)])));
      }
    }
  };

  const count = Object.keys(edits).length;
  const rows = (kind: 'item' | 'common') =>
    config.fields
      .filter((field) => field.kind === kind)
      .map((field) => (
        <SettingRow
          key={field.name}
          field={field}
          config={config}
          edit={edits[field.name]}
          error={problems[field.name]}
          chosen={scopes[field.name]}
          onScope={(scope) => {
            edit(field.name, scope, undefined);
            setScopes((before) => ({ ...before, [field.name]: scope }));
          }}
          onEdit={(scope, value) => edit(field.name, scope, value)}
          onMark={(scope, isSecret) => mark(field.name, scope, isSecret)}
        />
      ));
  const items = rows('item');
  const changedCommon = config.fields.some((field) => field.kind === 'common' && field.held.length > 0);
  return (
    <form
      className="settings-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Notices config={config} />
      {items.length === 0 ? <p className="f12 t3">It has no settings of its own.</p> : items}
      <details className="common-settings" open={changedCommon}>
        <summary className="m f12">Limits, cache and network</summary>
        <div className="settings-form">{rows('common')}</div>
      </details>
      {save.error && Object.keys(problems).length === 0 && <ErrorNote error={save.error} />}
      {count > 0 && (
        <div className="settings-foot row">
          <Button type="submit" kind="primary" isDisabled={save.isPending}>
            Save {plural(count, 'change')}
          </Button>
          <Button
            onClick={() => {
              setEdits({});
              setScopes({});
              setProblems({});
            }}
          >
            Discard
          </Button>
        </div>
      )}
    </form>
  );
}

function Notices({ config }: { config: FlavorConfig }) {
  const { base, carried, unknown } = config;
  return (
    <>
      {base !== null && base.flavors.length > 1 && (
        <div className="note">
          <IconUsersGroup size={15} stroke={1.75} aria-hidden="true" />
          <span className="breaks">
            <b className="m">
              Shared with {plural(base.flavors.length - 1, 'other analyzer')} as “<Text>{base.name}</Text>”.
            </b>{' '}
            What you set here counts for <Text>{base.flavors.map(({ name }) => name).join(', ')}</Text>, unless one of
            them has a value of its own.
          </span>
        </div>
      )}
      {carried !== null && (
        <div className="note">
          <IconArrowUp size={15} stroke={1.75} aria-hidden="true" />
          <span className="breaks">
            <b className="m">
              {plural(carried.taken.length, 'setting')} of version <Text>{carried.fromVersion}</Text> taken over.
            </b>{' '}
            {carried.left.length > 0 && (
              <>
                Not:{' '}
                <Text>
                  {carried.left.map(({ name, reason }) => `${name} (${reason.replace(/\.$/, '')})`).join('; ')}
                </Text>
                . They stay with the old version.
              </>
            )}
          </span>
        </div>
      )}
      {unknown.length > 0 && (
        <p className="help breaks">
          Kept, and not used, because its descriptor has no such setting: <Text>{unknown.join(', ')}</Text>.
        </p>
      )}
    </>
  );
}
