import { setTimeout as pause } from 'node:timers/promises';

/** Waits until `look` gives something truthy and returns it; after `ms` milliseconds it fails and says what for. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  ms = 20_000,
): Promise<Exclude<NonNullable<T>, false | ''>> {
  const giveUpAt = performance.now() + ms;
  for (;;) {
    const seen = await look();
    if (seen) return seen as Exclude<NonNullable<T>, false | ''>;
    if (performance.now() > giveUpAt) throw new Error(`waited ${ms} ms in vain until ${what}`);
    await pause(15);
  }
}
