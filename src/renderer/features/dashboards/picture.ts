import { saveFile } from '../../ui/save-text.ts';
import { readChartTheme } from './palette.ts';

const WIDTH = 720;
const LINE = 26;
const MOST_LINES = 60;
/** Twice the size, for dense screens and for print. */
const SCALE = 2;

/** A widget that is words and numbers, as a picture: a `data:` address. */
export function textPicture(title: string, lines: readonly string[]): string {
  const theme = readChartTheme();
  const shown = lines.slice(0, MOST_LINES);
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH * SCALE;
  canvas.height = (64 + shown.length * LINE) * SCALE;
  const context = canvas.getContext('2d');
  if (context === null) return '';
  context.scale(SCALE, SCALE);
  context.fillStyle = theme.surface;
  context.fillRect(0, 0, WIDTH, canvas.height);
  context.fillStyle = theme.text;
  context.font = `600 15px ${theme.font}`;
  context.fillText(title, 24, 36, WIDTH - 48);
  context.font = `13px ${theme.font}`;
  for (const [i, line] of shown.entries()) context.fillText(line, 24, 64 + i * LINE, WIDTH - 48);
  return canvas.toDataURL('image/png');
}

/** Lets the browser (or Electron) save a `data:` picture under a name. */
export function savePicture(name: string, dataUrl: string): void {
  const bytes = Uint8Array.from(atob(dataUrl.slice(dataUrl.indexOf(',') + 1)), (char) => char.charCodeAt(0));
  saveFile(name, new Blob([bytes], { type: 'image/png' }));
}
