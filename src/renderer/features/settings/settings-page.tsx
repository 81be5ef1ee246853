import { Select, useMantineColorScheme } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Link } from 'wouter';
import { PapPicker, TlpPicker } from '../../ui/chips.tsx';
import { Button, Segmented, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { usePrefs } from '../../ui/prefs.ts';
import { Text } from '../../ui/text.tsx';
import { useEngagement, useUpdateEngagement } from '../../state/engagement.ts';
import { statusQuery } from '../../state/workspace.ts';
import { ImportCortex } from '../analyzer-settings/import-dialog.tsx';
import { NetworkSection } from '../analyzer-settings/network-section.tsx';
import { SecretsSection } from '../analyzer-settings/secrets-section.tsx';
import { SetsSection } from '../analyzer-settings/sets-section.tsx';
import { About } from './about.tsx';
import { PolicySettings } from '../policy/policy-settings.tsx';
import { Doctor } from './doctor.tsx';
import { KeychainForm, PassphraseForm } from './key-forms.tsx';
import { RecoveryKey } from './recovery-key.tsx';
import { isSettingsSection, SETTINGS_SECTIONS } from './sections.ts';
import { settingsQuery, useLock, useUpdateSettings } from './queries.ts';
import './settings.css';

const LOCK_AFTER = [0, 5, 10, 15, 30, 60, 120, 480] as const;

const TemplatesPage = lazy(async () => ({
  default: (await import('../case-templates/templates-page.tsx')).TemplatesPage,
}));
const FieldsPage = lazy(async () => ({ default: (await import('../custom-fields/fields-page.tsx')).FieldsPage }));
const TagsPage = lazy(async () => ({ default: (await import('../tags/tags-page.tsx')).TagsPage }));
const TaxonomiesPage = lazy(async () => ({ default: (await import('../tags/taxonomies-page.tsx')).TaxonomiesPage }));

/** Settings of the workspace in two depths; `section` is one of its screens, '' the general one. */
export function SettingsPage({ section, item }: { section: string; item: string | undefined }) {
  const { data: status } = useQuery(statusQuery);
  const lock = useLock();
  const depth = usePrefs((prefs) => prefs.settingsDepth);
  const setDepth = usePrefs((prefs) => prefs.setSettingsDepth);
  if (!status) return <Skeleton />;
  const current = isSettingsSection(section) ? section : '';
  const shown = SETTINGS_SECTIONS.filter(({ key, isEssential }) => isEssential || depth === 'all' || key === current);
  return (
    <>
      <div className="page-head">
        <h1>Settings</h1>
        <span className="f12 t3 el">
          of the workspace “<Text>{status.name}</Text>”
        </span>
        <span className="right" />
        <Button isDisabled={lock.isPending} onClick={() => lock.mutate()}>
          <IconLock size={15} stroke={1.75} aria-hidden="true" />
          Lock now
        </Button>
      </div>
      <div className="settings-page">
        <nav className="settings-nav scroll" aria-label="Settings">
          <Segmented<'essential' | 'all'>
            label="How much is shown"
            value={depth}
            options={[
              { value: 'essential', label: 'Essential' },
              { value: 'all', label: 'All' },
            ]}
            onChange={setDepth}
          />
          {shown.map(({ key, label }) => (
            <Link
              key={key}
              className="facet"
              href={key === '' ? '/settings' : `/settings/${key}`}
              aria-current={key === current ? 'page' : undefined}
            >
              {label}
            </Link>
          ))}
        </nav>
        <div className="settings scroll grow" key={current}>
          <Suspense fallback={<Skeleton />}>
            {current === '' && <General isAll={depth === 'all'} onAll={() => setDepth('all')} />}
            {current === 'policy' && <PolicySettings />}
            {current === 'templates' && <TemplatesPage id={item} />}
            {current === 'fields' && <FieldsPage />}
            {current === 'tags' && <TagsPage />}
            {current === 'taxonomies' && <TaxonomiesPage />}
          </Suspense>
        </div>
      </div>
    </>
  );
}

function General({ isAll, onAll }: { isAll: boolean; onAll(): void }) {
  const { data: status } = useQuery(statusQuery);
  const { data: settings, error } = useQuery(settingsQuery);
  const update = useUpdateSettings();
  if (!status) return <Skeleton />;
  const minutes = settings?.autoLockMinutes;
  const choices = LOCK_AFTER.map((each) => ({
    value: String(each),
    label: each === 0 ? 'Never' : `After ${each} min`,
  }));
  if (minutes !== undefined && !choices.some((each) => each.value === String(minutes)))
    choices.push({ value: String(minutes), label: `After ${minutes} min` });
  return (
    <>
      {status.warning !== null && <p className="note">{status.warning}</p>}
      <section aria-labelledby="settings-lock">
        <h2 id="settings-lock">Lock and key</h2>
        {error && <ErrorNote error={error} />}
        <Select
          label="Lock when nobody uses it"
          description="A job that runs goes on; the key leaves memory when it is done."
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          data={choices}
          value={minutes === undefined ? null : String(minutes)}
          allowDeselect={false}
          onChange={(value) => value !== null && update.mutate({ autoLockMinutes: Number(value) })}
        />
        {update.error && <ErrorNote error={update.error} />}
        <KeychainForm status={status} />
        <PassphraseForm status={status} />
        <RecoveryKey status={status} />
      </section>
      <EngagementDefaults />
      <SecretsSection />
      {isAll && (
        <>
          <NetworkSection />
          <SetsSection />
          <ImportCortex />
        </>
      )}
      <Appearance />
      {isAll ? (
        <>
          <Doctor />
          <About />
        </>
      ) : (
        <p className="help">
          Also there: the network of analyzers, analyzer sets, the import from Cortex, health and licences.{' '}
          <button type="button" className="lnk" onClick={onAll}>
            Show all settings
          </button>
        </p>
      )}
    </>
  );
}

function EngagementDefaults() {
  const engagement = useEngagement();
  const update = useUpdateEngagement();
  if (!engagement) return null;
  const change = (patch: Parameters<typeof update.mutate>[0]['patch']): void =>
    update.mutate({ id: engagement.id, patch });
  return (
    <section aria-labelledby="settings-engagement">
      <h2 id="settings-engagement">
        Engagement <Text>{engagement.name}</Text>
      </h2>
      <div>
        <span className="label">What new cases start with</span>
        <span className="row tight">
          <TlpPicker label="Default" value={engagement.tlp} onChange={(tlp) => change({ tlp })} />
          <PapPicker label="Default" value={engagement.pap} onChange={(pap) => change({ pap })} />
        </span>
        <p className="help">
          {engagement.isOffline
            ? 'OFFLINE: nothing that needs a link may start.'
            : 'ONLINE: analyzers that the gate allows may use the network.'}
        </p>
      </div>
    </section>
  );
}

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { clock, toggleClock } = usePrefs();
  return (
    <section aria-labelledby="settings-look">
      <h2 id="settings-look">On this device</h2>
      <div>
        <span className="label">Theme</span>
        <Segmented<'auto' | 'dark' | 'light'>
          label="Theme"
          value={colorScheme}
          options={[
            { value: 'auto', label: 'As the system' },
            { value: 'dark', label: 'Dark' },
            { value: 'light', label: 'Light' },
          ]}
          onChange={(scheme) => {
            setColorScheme(scheme);
          }}
        />
      </div>
      <div>
        <span className="label">Times</span>
        <Segmented<'utc' | 'local'>
          label="Times"
          value={clock}
          options={[
            { value: 'utc', label: 'UTC' },
            { value: 'local', label: 'Local' },
          ]}
          onChange={(chosen) => chosen !== clock && toggleClock()}
        />
      </div>
    </section>
  );
}
