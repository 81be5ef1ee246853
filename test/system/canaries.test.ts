import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildMail } from '../support/build-mail.ts';
import { FIXTURES } from '../support/make-engine.ts';
import { ended } from '../support/run-osmia.ts';
import { makeSlowAnalyzer } from '../support/slow-analyzer.ts';
import { createCanaries, newWord } from './support/canary.ts';
import { fileOf, processesAbout, treeOf } from './support/processes.ts';
import { until } from './support/until.ts';
import { openWebSession } from './support/web-session.ts';
import { type AppWindow, browserPath, openAppWindow } from './support/window.ts';
import { makeWorld, type RunningHost, type World } from './support/world.ts';

const KINDS = [
  'fileContent',
  'fileName',
  'mailSubject',
  'mailBody',
  'attachmentName',
  'attachmentBody',
  'caseTitle',
  'caseDescription',
  'noteTitle',
  'note',
  'draft',
  'typedInTheWindow',
  'pastedText',
  'tag',
  'observable',
  'observableMessage',
  'engagement',
  'passphrase',
  'analyzerSecret',
  'enteredSecret',
  'proxyPassword',
  'commandLineInput',
] as const;
const stem = newWord();
const canary = Object.fromEntries(KINDS.map((kind, i) => [kind, `${stem}${i}x`])) as Record<
  (typeof KINDS)[number],
  string
>;
// In two halves, so that no scanner takes this file for it.
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD', '-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
const canaries = createCanaries({ ...canary, eicar: EICAR }, stem);

// Each search reads everything that was written, some of them while a browser runs.
vi.setConfig({ testTimeout: 60_000 });

const startedAt = Date.now();
const JOBS_IN_MEMORY = '/dev/shm';

let world: World;
let host: RunningHost;
let window: AppWindow | undefined;
let slow: string;
let kit: string;

beforeAll(async () => {
  world = makeWorld(canary.passphrase);
  // The browser profile is made by code of ours in this process.
  vi.stubEnv('TMPDIR', join(world.home, 'tmp'));
  slow = makeSlowAnalyzer(world.inputs, 'slow');
  kit = join(world.inputs, 'kit');
  cpSync(join(FIXTURES, 'Good'), join(kit, 'Good'), { recursive: true });
  const descriptor = join(kit, 'Good/Echo.json');
  writeFileSync(descriptor, readFileSync(descriptor, 'utf8').replace('s3cr3t-Value/42', canary.analyzerSecret));
  // The same analyzer with a secret that is entered, beside the one that stands in the descriptor.
  writeFileSync(
    join(kit, 'Good/EchoEntered.json'),
    readFileSync(descriptor, 'utf8')
      .replace('"Echo"', '"EchoEntered"')
      .replace('"baseConfig": "Good"', '"baseConfig": "Entered"'),
  );
  host = await world.serve();
});
afterAll(async () => {
  await window?.close();
  await world.remove();
});

/** Job folders of the world's own processes, in clear while a foreign job runs. */
const jobFolders = (pids: readonly number[]): string[] =>
  [JOBS_IN_MEMORY, join(world.home, 'tmp')]
    .flatMap((parent) =>
      safeList(parent)
        .filter((name) => name.startsWith('osmia-jobs-'))
        .map((name) => join(parent, name)),
    )
    .filter((folder) => pids.includes(ownerOf(folder)));

function ownerOf(folder: string): number {
  try {
    return (JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as { pid: number }).pid;
  } catch {
    return 0;
  }
}

function safeList(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The worlds of other tests that run now; their canaries are others. */
const OTHERS = /^osmia-(test|inputs|system|e2e|counts|bench)-/;

/** Everywhere that anything of ours could have written to, except folders that hold a running foreign job. */
function onDisk(except: readonly string[] = []): string[] {
  const elsewhere = ['/tmp', '/var/tmp', JOBS_IN_MEMORY, tmpdir()].flatMap((parent) =>
    safeList(parent)
      .filter((name) => !OTHERS.test(name))
      .map((name) => join(parent, name)),
  );
  return [
    ...canaries.inFolders([world.home], { except }),
    ...canaries.inFolders([...new Set(elsewhere)], { except, changedSince: startedAt }),
  ];
}

function inProcesses(roots: readonly number[]): string[] {
  const ours = [...roots.flatMap((pid) => treeOf(pid)), ...processesAbout(world.home)];
  expect(ours.length).toBeGreaterThan(roots.length);
  return ours.flatMap(({ pid, command }) => [
    ...canaries.inBytes(Buffer.from(command, 'latin1'), `the command line of ${pid}`),
    ...canaries.inBytes(Buffer.from(fileOf(pid, 'environ'), 'latin1'), `the environment of ${pid}`),
  ]);
}

it('finds a planted word in every form, so that a search without hits means something', () => {
  const word = newWord();
  const search = createCanaries({ word });
  for (const shift of ['', 'a', 'ab']) {
    const text = Buffer.from(`${shift}${word} and more`, 'utf8').toString('base64');
    expect(search.inBytes(Buffer.from(text), 'base64')).toEqual(['word in base64']);
  }
  for (const encoding of ['utf8', 'utf16le'] as const) {
    expect(search.inBytes(Buffer.from(`x${word}y`, encoding), encoding)).toEqual([`word in ${encoding}`]);
  }
  expect(search.inBytes(Buffer.from(Buffer.from(word).toString('hex').toUpperCase()), 'hex')).toEqual(['word in hex']);
  expect(search.inBytes(Buffer.from(newWord()), 'another')).toEqual([]);
  const path = world.put(`${word}.bin`, Buffer.concat([Buffer.alloc(8 * 2 ** 20 - 7), Buffer.from(word)]));
  expect(search.inFolders([world.inputs])).toEqual([`word in the name ${path}`, `word in ${path}`]);
});

describe.skipIf(process.platform !== 'linux')('what a case holds is nowhere in clear', () => {
  let caseId: string;
  let caseNumber: number;
  let observableId: string;
  let intakeIds: string[];

  it('after files, mails, cases, notes and drafts were taken in over the socket and the web', async () => {
    const { api, close } = await host.connect();
    const mail = buildMail(
      ['From: a@example.org', 'To: b@example.org', `Subject: ${canary.mailSubject}`],
      [
        { type: 'text/plain', body: `see https://${canary.mailBody}.example.com/x` },
        { type: 'text/plain', name: `${canary.attachmentName}.txt`, body: canary.attachmentBody, encoding: 'base64' },
      ],
    );
    const web = await openWebSession(host.launchUrl);
    const uploads = [
      await web.upload(`${canary.fileName}.txt`, `see https://${canary.fileContent}.example.com/\n`.repeat(5_000)),
      await web.upload('mail.eml', mail),
      await web.upload('test.com', EICAR),
      await web.upload('pasted text', `http://${canary.pastedText}.example.com/`),
    ];
    expect(uploads.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    intakeIds = uploads.map(({ body }) => (JSON.parse(body) as { id: string }).id);
    const ready = await Promise.all(intakeIds.map((id) => api['intake.wait']({ id })));
    expect(ready.map(({ state }) => state)).toEqual(['ready', 'ready', 'ready', 'ready']);

    await api['engagements.create']({ name: canary.engagement });
    const made = await api['cases.create']({
      title: canary.caseTitle,
      description: canary.caseDescription,
      tags: [canary.tag],
    });
    caseId = made.id;
    caseNumber = made.number;
    for (const id of intakeIds.slice(0, 3)) await api['intake.accept']({ id, caseId, tags: [canary.tag] });
    const added = await api['observables.add']({
      caseId,
      items: [
        {
          dataType: 'fqdn',
          value: `${canary.observable}.example.com`,
          tags: [canary.tag],
          isIoc: false,
          isSighted: true,
          message: canary.observableMessage,
        },
      ],
    });
    observableId = added.added[0]!;
    await api['notes.save']({ caseId, title: canary.noteTitle, body: `# ${canary.note}` });
    await api['drafts.save']({ caseId, noteId: null, title: '', body: canary.draft });
    await api['analyzers.addSource']({ path: slow });
    await api['analyzers.addSource']({ path: kit });
    const told = [
      await api['config.set']({
        flavorId: 'kit/EchoEntered_1_0',
        scope: 'base',
        values: { api_token: canary.enteredSecret },
      }),
      await api['config.setNetwork']({ proxyHttps: `http://ana:${canary.proxyPassword}@proxy.example:3128` }),
      await api['secrets.list']({}),
      await api['secrets.scan']({ text: `${canary.enteredSecret} ${canary.proxyPassword}` }),
      await api['config.set']({
        flavorId: 'kit/EchoEntered_1_0',
        scope: 'flavor',
        values: { nowhere: canary.enteredSecret, max_tlp: canary.enteredSecret },
      }).catch((error: unknown) => String(error)),
    ];
    expect(canaries.inBytes(Buffer.from(JSON.stringify(told)), 'an answer')).toEqual([]);
    expect(told[3]).toMatchObject({ found: [{}, {}] });
    // The passphrase came in a file, so no keychain is used.
    expect(statSync(join(world.workspace, 'secrets.vault')).mode & 0o777).toBe(0o600);
    close();
    expect(onDisk()).toEqual([]);
    expect(inProcesses([host.pid])).toEqual([]);
  });

  it.skipIf(browserPath === undefined)('while a browser shows it, and after its window has closed', async () => {
    const { api, close } = await host.connect();
    const { url: launchUrl } = await api['host.launchUrl']({});
    window = await openAppWindow(world, browserPath!, launchUrl);
    const { page, profile } = window;
    page.setDefaultTimeout(40_000);
    await untilStarted(page, async () => (await api['host.launchUrl']({})).url);
    expect(statSync(profile).mode & 0o777).toBe(0o700);

    await page.goto(`${host.url}#/cases/${caseNumber}/observables`);
    await page.getByText(canary.caseTitle).first().waitFor();
    // Values are shown defanged.
    await page.getByText(canary.observable).first().waitFor();
    await page.goto(`${host.url}#/cases/${caseNumber}/notes`);
    await typeADraft(page);
    await page.goto(`${host.url}#/intake/${intakeIds[3]}`);
    await page.getByText(canary.pastedText).first().waitFor();
    await page.reload();

    expect(onDisk()).toEqual([]);
    expect(inProcesses([host.pid])).toEqual([]);
    await window.close();
    window = undefined;
    expect(safeList(join(world.home, 'tmp')).filter((name) => name.startsWith('osmia-browser-'))).toEqual([]);
    expect(onDisk()).toEqual([]);
    close();
  });

  /**
   * Waits for the first screen. A browser that starts cold on a busy machine may come later than its launch code lives;
   * it gets another one, since that is not what is tested here.
   */
  async function untilStarted(page: Page, newLaunchUrl: () => Promise<string>): Promise<void> {
    const headings = page.getByRole('heading', { level: 1 });
    const screen = headings.filter({ hasNotText: /^Osmia$/ }).first();
    const tooLate = page.getByText('older than 30 seconds');
    await screen
      .or(tooLate)
      .first()
      .waitFor()
      .catch(async (error: unknown) => {
        throw new Error(`no screen; the page says: ${(await page.locator('body').innerText()).slice(0, 500)}`, {
          cause: error,
        });
      });
    if (await tooLate.isVisible()) await page.goto(await newLaunchUrl());
    await screen.waitFor();
  }

  /** Types into the page's own editor, and returns when the core has the draft. */
  async function typeADraft(page: Page): Promise<void> {
    await page.getByRole('button', { name: /^New/ }).first().click();
    await page.getByRole('textbox', { name: 'Note' }).click();
    await page.keyboard.type(canary.typedInTheWindow);
    const { api, close } = await host.connect();
    await until('the draft is saved', async () => {
      const ids = [null, ...(await api['notes.list']({ caseId })).map(({ id }) => id)];
      const drafts = await Promise.all(ids.map((noteId) => api['drafts.get']({ caseId, noteId })));
      return drafts.some((draft) => draft?.body.includes(canary.typedInTheWindow));
    });
    close();
  }

  it('while our own worker and a foreign analyzer run on it, except in the folder of the foreign job', async () => {
    const { api, close } = await host.connect();
    const file = (await api['observables.list']({ caseId, dataTypes: ['file'] })).items.find(({ value }) =>
      value.includes(canary.fileName),
    )!;
    const sheet = await api['jobs.plan']({
      subjects: [{ observableId: file.id }, { observableId }],
      flavorIds: ['slow/Slow_1_0', 'kit/Echo_1_0', 'kit/EchoEntered_1_0', 'osmia/FileInfo_1_0', 'osmia/Indicators_1_0'],
    });
    const jobs = await api['jobs.start']({ sheetId: sheet.id, rows: sheet.localIndex.rows });
    const runsFirst = jobs.filter(({ flavorName }) => flavorName !== 'Slow').map(({ id }) => id);
    const slowJobs = jobs.filter(({ flavorName }) => flavorName === 'Slow').map(({ id }) => id);
    expect(slowJobs).toHaveLength(2);

    const folders = await until('a foreign job has its file in clear', () => {
      const all = jobFolders([host.pid]);
      return canaries.inFolders(all).some((hit) => hit.startsWith('fileContent')) && all;
    });
    // The parent folders are ours alone.
    for (const folder of folders) expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(onDisk(folders)).toEqual([]);
    expect(inProcesses([host.pid])).toEqual([]);

    await until('the slow ones run', async () => {
      const all = await Promise.all(slowJobs.map((id) => api['jobs.get']({ id })));
      return all.some(({ status }) => status === 'running');
    });
    await api['jobs.cancel']({ ids: slowJobs });
    const done = await api['jobs.wait']({ ids: runsFirst });
    expect(done.map(({ flavorName, status }) => [flavorName, status])).toEqual(
      done.map(({ flavorName }) => [flavorName, 'done']),
    );
    // The analyzer sent back all that it was given: the secret does not come out, the file's text does.
    const echo = done.find(({ flavorName, dataType }) => flavorName === 'Echo' && dataType === 'file')!;
    const { report } = await api['reports.get']({ jobId: echo.id });
    expect(JSON.stringify(report)).toContain(canary.fileContent);
    expect(canaries.inBytes(Buffer.from(JSON.stringify(report)), 'the report').join()).not.toContain('analyzerSecret');

    const entered = done.find(({ flavorName, dataType }) => flavorName === 'EchoEntered' && dataType === 'file')!;
    const answered = [entered, await api['reports.get']({ jobId: entered.id }), await api['secrets.list']({})];
    expect(JSON.stringify(answered)).toContain('[redacted]');
    expect(canaries.inBytes(Buffer.from(JSON.stringify(answered)), 'a report').join()).not.toMatch(
      /enteredSecret|proxyPassword/,
    );

    for (const folder of folders) expect(safeList(folder)).toEqual(['owner.json']);
    expect(onDisk()).toEqual([]);
    close();
  });

  it('after the host was killed during a foreign job, and another one has started', async () => {
    const { api, close } = await host.connect();
    const sheet = await api['jobs.plan']({ subjects: [{ intakeId: intakeIds[3]! }], flavorIds: ['slow/Slow_1_0'] });
    const [job] = await api['jobs.start']({ sheetId: sheet.id, rows: [0] });
    await until('the foreign job has its file', () =>
      canaries.inFolders(jobFolders([host.pid])).some((hit) => hit.startsWith('pastedText')),
    );
    const left = jobFolders([host.pid]);
    close();
    await host.kill();

    host = await world.serve();
    for (const folder of left) expect(statSync(folder, { throwIfNoEntry: false })).toBeUndefined();
    const again = await host.connect();
    await again.api['jobs.cancel']({ ids: [job!.id] });
    again.close();
    expect(onDisk()).toEqual([]);
    expect(inProcesses([host.pid])).toEqual([]);
  });

  it('in the temporary workspace of a command, while it reads and when it has ended', async () => {
    const text = `see https://${canary.commandLineInput}.example.com/ now\n`;
    for (const args of [
      ['extract', '-'],
      ['analyze', '-', '--analyzers', 'FileInfo_1_0,Indicators_1_0'],
    ]) {
      const child = world.start([...args, '--json']);
      const run = ended(child);
      child.stdin.write(text.repeat(60_000));
      await until('part of it is stored', () => {
        const [temporary] = safeList(join(world.home, 'tmp')).filter((name) => name.startsWith('osmia-tmp-'));
        if (temporary === undefined) return false;
        const incoming = join(world.home, 'tmp', temporary, 'blobs', 'incoming');
        return safeList(incoming).some((name) => statSync(join(incoming, name)).size > 0);
      });
      expect(onDisk()).toEqual([]);
      expect(inProcesses([child.pid!])).toEqual([]);
      child.stdin.end();
      const { code, stdout, stderr } = await run;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(canary.commandLineInput);
      expect(safeList(join(world.home, 'tmp')).filter((name) => name.startsWith('osmia-tmp-'))).toEqual([]);
    }
    expect(onDisk()).toEqual([]);
  });

  it('in a backup, and when everything has ended', async () => {
    const backup = join(world.home, 'backup');
    const made = await world.run(['backup', backup, '--json', ...world.flags]);
    expect(made).toMatchObject({ code: 0 });
    // Sealed, it goes along: it was searched with the rest.
    expect(statSync(join(backup, 'secrets.vault')).size).toBeGreaterThan(0);
    expect(await host.stop()).toBe(130);
    const listed = await world.run(['case', 'list', '--json', ...world.flags]);
    expect(listed.stdout).toContain(canary.caseTitle);
    expect(onDisk()).toEqual([]);
    expect(jobFolders([host.pid])).toEqual([]);
    // What was searched is what there is: the sealed files of the evidence among it.
    expect(safeList(join(world.workspace, 'blobs')).length).toBeGreaterThan(1);
    expect(statSync(join(world.workspace, 'workspace.db')).size).toBeGreaterThan(10_000);
  });
});
