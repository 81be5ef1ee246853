import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The page alone, for the web host and the browser tests. electron-vite builds the same root for the desktop window.
export default defineConfig({
  root: 'src/renderer',
  base: './',
  plugins: [react()],
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
