import { expect, test } from 'vitest';
import { FakeUtilityProcess } from '../../test/support/fake-electron.ts';
import { createCoreProcess } from './core-process.ts';

function setUp() {
  const children: FakeUtilityProcess[] = [];
  const fatal: string[] = [];
  const timers: (() => void)[] = [];
  let restarts = 0;
  let now = 1_000_000;
  const core = createCoreProcess({
    fork: () => {
      const child = new FakeUtilityProcess();
      children.push(child);
      return child.asElectron();
    },
    start: { type: 'start', workspaceDir: '', version: '0', nodePath: 'node', bundledRoot: '.' },
    onFatal: (message) => fatal.push(message),
    onRestart: () => {
      restarts += 1;
    },
    now: () => now,
    setTimer: (fn) => timers.push(fn),
  });
  return {
    core,
    children,
    fatal,
    timers,
    get restarts() {
      return restarts;
    },
    advance: (ms: number) => {
      now += ms;
    },
  };
}

test('starts one core and tells it where everything is', () => {
  const { children } = setUp();
  expect(children).toHaveLength(1);
  expect(children[0]!.sent[0]!.message).toMatchObject({ type: 'start', nodePath: 'node' });
});

test('a dead core is started again and the windows are told', () => {
  const s = setUp();
  s.children[0]!.emit('exit', 1);
  expect(s.children).toHaveLength(2);
  expect(s.children[1]!.sent[0]!.message.type).toBe('start');
  expect(s.restarts).toBe(1);
  expect(s.fatal).toEqual([]);
});

test('a second crash within a minute ends it with words; a later one does not', () => {
  const s = setUp();
  s.children[0]!.emit('exit', 1);
  s.advance(61_000);
  s.children[1]!.emit('exit', 1);
  expect(s.fatal).toEqual([]);
  s.advance(1_000);
  s.children[2]!.emit('exit', 1);
  expect(s.fatal).toHaveLength(1);
  expect(s.fatal[0]).toMatch(/stopped twice/);
  expect(s.children).toHaveLength(3);
});

test('a fatal message is shown and the core is not started again', () => {
  const s = setUp();
  s.children[0]!.says({ type: 'fatal', message: 'The workspace is in use.' });
  s.children[0]!.emit('exit', 70);
  expect(s.fatal).toEqual(['The workspace is in use.']);
  expect(s.children).toHaveLength(1);
});

test('closing asks first and is done when the core says so', async () => {
  const s = setUp();
  const closing = s.core.close();
  expect(s.children[0]!.sent.at(-1)!.message.type).toBe('close');
  expect(s.children[0]!.isKilled).toBe(false);
  s.children[0]!.says({ type: 'closed' });
  await closing;
  expect(s.children[0]!.isKilled).toBe(true);
  expect(s.restarts).toBe(0);
});

test('a core that does not answer is killed at the deadline', async () => {
  const s = setUp();
  const closing = s.core.close();
  s.timers[0]!();
  await closing;
  expect(s.children[0]!.isKilled).toBe(true);
});

test('after a restart grants and windows go to the new core', () => {
  const s = setUp();
  s.children[0]!.emit('exit', 1);
  s.core.grant('token', '/a');
  expect(s.children[0]!.sent.filter((x) => x.message.type === 'grant')).toEqual([]);
  expect(s.children[1]!.sent.at(-1)!.message).toEqual({ type: 'grant', token: 'token', path: '/a' });
});
