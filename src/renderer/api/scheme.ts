import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core';
import { readTheme, writeTheme } from './host.ts';

/** Mantine's view of the device setting, kept by the host (or, in a browser, by local storage). */
export const schemeManager: MantineColorSchemeManager = {
  get: () => readTheme(),
  set: (value: MantineColorScheme) => void writeTheme(value),
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => void writeTheme('auto'),
};
