import { expect, it } from 'vitest';
import { makeClock } from '../../../test/support/make-db.ts';
import { createLaunchCodes, LAUNCH_CODE_LIFE_MS } from './launch-codes.ts';
import { createSessions } from './sessions.ts';

it('takes a code once', () => {
  const codes = createLaunchCodes(makeClock());
  const code = codes.issue();
  expect(Buffer.from(code, 'base64url')).toHaveLength(32);
  expect(codes.redeem(code)).toBe(true);
  expect(codes.redeem(code)).toBe(false);
});

it('forgets a code after its life, and keeps it until then', () => {
  const clock = makeClock();
  const codes = createLaunchCodes(clock);
  const first = codes.issue();
  clock.advance(LAUNCH_CODE_LIFE_MS - 1);
  const second = codes.issue();
  expect(codes.redeem(first)).toBe(true);
  clock.advance(LAUNCH_CODE_LIFE_MS);
  expect(codes.redeem(second)).toBe(false);
});

it('is not fooled by a wall clock that is set back', () => {
  const clock = makeClock();
  const codes = createLaunchCodes(clock);
  const code = codes.issue();
  clock.advance(LAUNCH_CODE_LIFE_MS);
  clock.jump(0);
  expect(codes.redeem(code)).toBe(false);
});

it.each(['', 'x', 'A'.repeat(43), 'é'.repeat(1_000)])('refuses %j', (code) => {
  const codes = createLaunchCodes(makeClock());
  codes.issue();
  expect(codes.redeem(code)).toBe(false);
});

it('keeps a bounded number of codes and of sessions', () => {
  const codes = createLaunchCodes(makeClock());
  const oldest = codes.issue();
  const later = Array.from({ length: 16 }, () => codes.issue());
  expect(codes.redeem(oldest)).toBe(false);
  expect(later.every((code) => codes.redeem(code))).toBe(true);

  const sessions = createSessions();
  const first = sessions.open();
  expect(sessions.isOpen(first)).toBe(true);
  const others = Array.from({ length: 64 }, () => sessions.open());
  expect(sessions.isOpen(first)).toBe(false);
  expect(others.every((cookie) => sessions.isOpen(cookie))).toBe(true);
  expect(sessions.isOpen(undefined)).toBe(false);
});
