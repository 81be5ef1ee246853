import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { shippedData, shippedPackages } from '../../scripts/shipped-packages.mjs';

/** The list that Settings → About shows, made of the lock file while the page is built: it needs no file beside it. */
const components: Plugin = {
  name: 'osmia-components',
  resolveId: (id) => (id === 'virtual:components' ? `\0${id}` : undefined),
  load(id) {
    if (id !== '\0virtual:components') return undefined;
    const shipped = shippedPackages();
    const list = [
      ...shipped.map(({ name, version, licence, part }) => ({ name, version, licence, part })),
      ...shippedData(shipped).map(({ name, version, licence }) => ({ name, version, licence, part: 'data' })),
    ];
    return `export default ${JSON.stringify(list)}`;
  },
};

// The page alone, for the web host and the browser tests. electron-vite builds the same root for the desktop window.
export default defineConfig({
  root: 'src/renderer',
  base: './',
  plugins: [react(), components],
  build: {
    outDir: '../../out/renderer',
    emptyOutDir: true,
    target: 'chrome130',
    // A font or picture inlined as `data:` would need a wider content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_500,
    modulePreload: { polyfill: false },
  },
});
