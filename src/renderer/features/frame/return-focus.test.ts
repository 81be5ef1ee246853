import { afterEach, beforeEach, expect, test } from 'vitest';
import { returnFocus } from './return-focus.ts';

let stop: () => void;
beforeEach(() => {
  document.body.innerHTML =
    '<button id="opener">Merge…</button><div role="grid"><div id="rows" tabindex="0"></div></div>';
  stop = returnFocus(document);
});
afterEach(() => stop());

const byId = (id: string): HTMLElement => document.querySelector<HTMLElement>(`#${id}`) ?? document.body;
const openDialog = (): HTMLElement => {
  const dialog = document.createElement('div');
  dialog.innerHTML = '<div aria-modal="true"><input id="field"></div>';
  document.body.append(dialog);
  byId('field').focus();
  return dialog;
};
/** Observers are told between two tasks. */
const told = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 0));

test('the opener of a dialog that is taken out of the page has the focus again', async () => {
  byId('opener').focus();
  openDialog().remove();
  await told();
  expect(document.activeElement?.id).toBe('opener');
});

test('where the opener went with its menu, the list has it', async () => {
  byId('opener').focus();
  const dialog = openDialog();
  byId('opener').remove();
  dialog.remove();
  await told();
  expect(document.activeElement?.id).toBe('rows');
});

test('whoever took the focus meanwhile keeps it', async () => {
  byId('opener').focus();
  const dialog = openDialog();
  byId('rows').focus();
  dialog.remove();
  await told();
  expect(document.activeElement?.id).toBe('rows');
});
