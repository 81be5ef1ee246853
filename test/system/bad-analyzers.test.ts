import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AnalyzeOutput } from '../../src/cli/output.ts';
import { FIXTURES } from '../support/make-engine.ts';
import { peakMemory, processesAbout } from './support/processes.ts';
import { errorOf, makeServedWorld, type ServedWorld } from './support/served-world.ts';

vi.setConfig({ testTimeout: 60_000 });

let served: ServedWorld;
beforeAll(async () => {
  served = await makeServedWorld();
});
afterAll(() => served.remove());

describe('analyzers', () => {
  let kit: string;
  beforeAll(async () => {
    kit = join(served.world.inputs, 'kit');
    cpSync(FIXTURES, kit, { recursive: true });
    const added = await served.osmia(['analyzers', 'add', kit]);
    expect({ code: added.code, stderr: added.stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('a malformed descriptor is named with its defect; its neighbours can run', async () => {
    const run = await served.osmia(['analyzers', 'doctor']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const { analyzers, defects } = JSON.parse(run.stdout) as {
      analyzers: { id: string; canRun: boolean }[];
      defects: { file: string; message: string; isFatal: boolean }[];
    };
    for (const file of ['notjson.json', 'noversion.json']) {
      expect(defects.some((each) => each.file.endsWith(file) && each.isFatal && each.message.length > 10)).toBe(true);
    }
    expect(analyzers).toContainEqual(expect.objectContaining({ id: 'kit/Ok_1_0', canRun: true }));
  });

  it('a source that is no folder, holds no analyzer, or is there already is refused or said to be empty', async () => {
    const file = await served.osmia(['analyzers', 'add', served.world.passphraseFile]);
    expect(file.code).toBe(2);
    errorOf(file);
    const missing = await served.osmia(['analyzers', 'add', join(served.world.inputs, 'no such folder')]);
    expect(missing.code).toBe(2);
    errorOf(missing);
    const broken = join(served.world.inputs, 'only broken');
    mkdirSync(join(broken, 'Bad'), { recursive: true });
    writeFileSync(join(broken, 'Bad', 'Bad.json'), '{"name": ');
    const run = await served.osmia(['analyzers', 'add', broken]);
    if (run.code === 0) expect(JSON.parse(run.stdout)).toMatchObject({ analyzers: 0 });
    else errorOf(run);
    await served.expectItGoesOn();
  });

  it.each([
    ['rubbish', 'NotJson', 'bad_output'],
    ['half a report', 'BrokenJson', 'bad_output'],
    ['nothing', 'EmptyOutput', 'no_output'],
    ['500 MB on standard output', 'PrintsTooMuch', 'output_too_large'],
    ['a report of 500 MB', 'HugeOutput', 'output_too_large'],
    ['never an end', 'NeverEnds', 'timeout'],
    ['children that ignore SIGTERM', 'IgnoresTerm', 'timeout'],
  ])('that print %s: a failed job with its reason, no process left', async (_what, name, code) => {
    const before = peakMemory(served.host.pid);
    const run = await served.osmia(['analyze', '192.0.2.44', '--analyzers', `kit/${name}_1_0,kit/Ok_1_0`]);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' });
    const { jobs } = AnalyzeOutput.parse(JSON.parse(run.stdout));
    const bad = jobs.find((job) => job.flavor === `kit/${name}_1_0`)!;
    expect(bad).toMatchObject({ status: 'failed', reason: { code } });
    expect(bad.reason!.message).toMatch(/^It.{10,}/);
    expect(jobs.find((job) => job.flavor === 'kit/Ok_1_0')?.status).toBe('done');
    expect(processesAbout(kit)).toEqual([]);
    // What it printed was never held whole.
    expect(peakMemory(served.host.pid) - before).toBeLessThan(300);
  });

  it('the program goes on after all of them', () => served.expectItGoesOn());
});
