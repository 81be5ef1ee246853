import '@fontsource-variable/ibm-plex-sans';
import '@fontsource-variable/jetbrains-mono';
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/controls.css';
import './styles/marks.css';
import './styles/grid.css';
import './styles/mantine.css';
import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';
import { readTheme } from './api/host.ts';
import { styleNonce } from './api/nonce.ts';
import { App } from './app.tsx';
import { guardDrops } from './ui/drop-guard.ts';

// Scroll locking adds a style element through get-nonce, Mantine its own through getStyleNonce.
setNonce(styleNonce());

guardDrops();

const theme = readTheme();
const isLight = theme === 'light' || (theme === 'auto' && matchMedia('(prefers-color-scheme: light)').matches);
document.documentElement.dataset['mantineColorScheme'] = isLight ? 'light' : 'dark';

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
