import { resolve } from 'node:path';
import { defineConfig } from 'electron-vite';
import rendererConfig from './src/renderer/vite.config.ts';

const at = (path: string): string => resolve(import.meta.dirname, path);

/**
 * Three builds. The main build has the host's entry, the core's (a utility process) and the programs that run as
 * processes or threads of their own; each keeps its name, because `program-file.ts` looks for it beside the bundle.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: {
          index: at('src/main/index.ts'),
          'core-entry': at('src/main/core-entry.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
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
  renderer: { ...rendererConfig, build: { ...rendererConfig.build, minify: true } },
});
