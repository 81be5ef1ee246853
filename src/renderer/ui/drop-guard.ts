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
    // Taken and thrown away: where the page says "none" the drop is the browser's own again, which opens the file.
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
  };
  window.addEventListener('dragenter', guard);
  window.addEventListener('dragover', guard);
  window.addEventListener('drop', guard);
}
