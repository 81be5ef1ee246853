import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { peakMemory } from './support/processes.ts';
import { makeServedWorld } from './support/served-world.ts';

it('3 GB are taken in and read to their end with bounded memory', async () => {
  const served = await makeServedWorld();
  onTestFinished(() => served.remove());
  const path = join(served.world.inputs, 'huge.img');
  const fd = openSync(path, 'w');
  ftruncateSync(fd, 3 * 2 ** 30);
  writeSync(fd, 'https://start.example.com/ ', 0);
  closeSync(fd);
  const run = await served.osmia(['analyze', path, '--analyzers', 'FileInfo_1_0']);
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(run.stdout)).toMatchObject({ evidence: { size: 3 * 2 ** 30 }, jobs: [{ status: 'done' }] });
  if (process.platform === 'linux') expect(peakMemory(served.host.pid)).toBeLessThan(1_500);
  await served.expectItGoesOn();
});
