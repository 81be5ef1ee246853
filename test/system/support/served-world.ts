import { expect } from 'vitest';
import type { AttachContract } from '../../../src/server/attach/attach-contract.ts';
import type { Intake } from '../../../src/shared/contract/intake.ts';
import type { Connection } from '../../../src/shared/rpc/connect.ts';
import type { OsmiaRun } from '../../support/run-osmia.ts';
import { openWebSession, type WebSession } from './web-session.ts';
import { makeWorld, type RunningHost, type World } from './world.ts';

/** A web host that runs, with every way into it. */
export interface ServedWorld {
  world: World;
  host: RunningHost;
  web: WebSession;
  core: Connection<AttachContract>;
  /** The real command with `--json`, attached to the host, so that both meet the same bad thing. */
  osmia(args: readonly string[]): Promise<OsmiaRun>;
  /** Uploads as the window does and waits for the end of the inspection. */
  upload(name: string, bytes: string | Uint8Array): Promise<Intake>;
  /** Whatever came before: the program answers, and still does its work. */
  expectItGoesOn(): Promise<void>;
  /** Ends it as a user would, which must still work. */
  remove(): Promise<void>;
}

export async function makeServedWorld(): Promise<ServedWorld> {
  const world = makeWorld();
  const host = await world.serve();
  const web = await openWebSession(host.launchUrl);
  const core = await host.connect();
  const upload: ServedWorld['upload'] = async (name, bytes) => {
    const { status, body } = await web.upload(name, bytes);
    expect({ status, body }).toMatchObject({ status: 200 });
    return core.api['intake.wait']({ id: (JSON.parse(body) as { id: string }).id });
  };
  return {
    world,
    host,
    web,
    core,
    osmia: (args) => world.run([...args, '--json', '--workspace', world.workspace]),
    upload,
    async expectItGoesOn() {
      const intake = await upload('good.txt', 'see https://good.example.com/');
      expect({ state: intake.state, found: found(intake) }).toEqual({ state: 'ready', found: 1 });
      await core.api['intake.discard']({ id: intake.id });
    },
    async remove() {
      core.close();
      expect(await host.stop()).toBe(130);
      await world.remove();
    },
  };
}

/** How much is proposed, whatever the first decision on it is. */
export const found = ({ counts }: Intake): number => counts.toDecide + counts.accepted + counts.skipped;

/** The error that a command printed: one that a person understands, and nothing on standard output. */
export function errorOf(run: OsmiaRun): { code: string; message: string } {
  expect(run.stdout).toBe('');
  const { error } = JSON.parse(run.stderr.trim().split('\n').at(-1)!) as { error: { code: string; message: string } };
  expect(error.message).toMatch(/^\S.{10,}/);
  expect(error.message).not.toMatch(/\n\s+at |EISDIR|ENOENT|undefined|\[object/);
  return error;
}
