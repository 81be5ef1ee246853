import { resolve } from 'node:path';
import { defineConfig } from 'electron-vite';
import rendererConfig from './src/renderer/vite.config.ts';

const at = (path: string): string => resolve(import.meta.dirname, path);

/**
 * Three builds. The main build has the host's entry, the core's (a utility process) and the core's threads. Broker and
 * worker are not bundled: they run on our own Node, from their sources.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: {
          index: at('src/main/index.ts'),
          'core-entry': at('src/main/core-entry.ts'),
          'ingest-thread': at('src/core/evidence/ingest-thread.ts'),
          'ingest-helper-thread': at('src/core/evidence/ingest-helper-thread.ts'),
        },
        // All in one folder: the threads are looked for beside the code that starts them.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { index: at('src/preload/index.ts') },
        // A sandboxed preload must be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  // In full: electron-vite would resolve them against the folder it was started in, not against the page's root.
  renderer: {
    ...rendererConfig,
    root: at('src/renderer'),
    build: { ...rendererConfig.build, outDir: at('out/renderer'), minify: true },
  },
});
