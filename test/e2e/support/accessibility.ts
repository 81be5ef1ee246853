import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** axe in the page itself: its other way opens a window of its own, which a test here must never see. */
export const axeOn = (page: Page): AxeBuilder => new AxeBuilder({ page }).setLegacyMode();

/** The serious and critical faults that axe finds, a line each. */
export async function graveFaults(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze();
  return violations
    .filter((each) => each.impact === 'serious' || each.impact === 'critical')
    .map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).join(' | ')}`);
}
