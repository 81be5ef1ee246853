import { isTextField } from './keys.ts';

/**
 * From the first moment and on every screen: what is dropped and nobody takes would be opened by the browser, an HTML
 * file with its scripts. Listens on `window`, after everything on elements and on `document` had its turn.
 */
export function guardDrops(): void {
  const guard = (event: DragEvent): void => {
    if (event.defaultPrevented) return;
    const hasFiles = event.dataTransfer?.types.includes('Files') ?? false;
    if (!hasFiles && isTextField(event.target)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'none';
  };
  window.addEventListener('dragover', guard);
  window.addEventListener('drop', guard);
}
