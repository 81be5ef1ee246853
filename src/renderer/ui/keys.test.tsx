import { cleanup, render } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { keyName, useKeys } from './keys.ts';

afterEach(cleanup);

const key = (name: string, mods: Partial<KeyboardEvent> = {}) => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...mods,
});

test.each([
  [key('J'), 'j'],
  [key('A', { shiftKey: true }), 'shift+a'],
  [key('?', { shiftKey: true }), '?'],
  [key('Enter', { ctrlKey: true }), 'mod+Enter'],
  [key('k', { metaKey: true }), 'mod+k'],
  [key(' '), 'Space'],
  [key('Tab', { shiftKey: true }), 'shift+Tab'],
  [key('a', { altKey: true }), undefined],
])('%o is %s', (event, name) => {
  expect(keyName(event)).toBe(name);
});

function Screen(props: { onJ(): void; onEnter(): void; onSave(): void; hasDialog?: boolean; hasPopover?: boolean }) {
  useKeys([
    { keys: 'j', run: props.onJ },
    { keys: 'Enter', run: props.onEnter },
    { keys: 'mod+Enter', inFields: true, run: props.onSave },
  ]);
  return (
    <>
      <input aria-label="field" />
      <button type="button">press</button>
      {props.hasDialog && <div role="dialog" aria-modal="true" />}
      {props.hasPopover && <div role="dialog" />}
    </>
  );
}

test('letters work outside fields only, the primary action everywhere', async () => {
  const user = userEvent.setup();
  const calls = { onJ: vi.fn(), onEnter: vi.fn(), onSave: vi.fn() };
  const { getByLabelText } = render(<Screen {...calls} />);
  await user.keyboard('j');
  expect(calls.onJ).toHaveBeenCalledTimes(1);
  await user.click(getByLabelText('field'));
  await user.keyboard('j{Control>}{Enter}{/Control}');
  expect(calls.onJ).toHaveBeenCalledTimes(1);
  expect(calls.onSave).toHaveBeenCalledTimes(1);
});

test('Enter on a button is the button’s own', async () => {
  const user = userEvent.setup();
  const calls = { onJ: vi.fn(), onEnter: vi.fn(), onSave: vi.fn() };
  const { getByRole } = render(<Screen {...calls} />);
  getByRole('button').focus();
  await user.keyboard('{Enter}');
  expect(calls.onEnter).not.toHaveBeenCalled();
});

test('an open dialog keeps the keys to itself', async () => {
  const user = userEvent.setup();
  const calls = { onJ: vi.fn(), onEnter: vi.fn(), onSave: vi.fn() };
  render(<Screen {...calls} hasDialog />);
  await user.keyboard('j');
  expect(calls.onJ).not.toHaveBeenCalled();
});

test('a popover keeps letters to itself and lets the primary action of its screen through', async () => {
  const user = userEvent.setup();
  const calls = { onJ: vi.fn(), onEnter: vi.fn(), onSave: vi.fn() };
  render(<Screen {...calls} hasPopover />);
  await user.keyboard('j{Control>}{Enter}{/Control}');
  expect(calls.onJ).not.toHaveBeenCalled();
  expect(calls.onSave).toHaveBeenCalledTimes(1);
});
