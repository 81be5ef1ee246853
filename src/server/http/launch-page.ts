/**
 * The page of a browser without a session. The launch code arrives in the fragment, which no browser sends to a server
 * or writes into a Referer; the script takes it out of the address before it does anything else.
 */
export const LAUNCH_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="dark light">
<title>Osmia</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/launch.css">
</head>
<body>
<main>
<h1>Osmia</h1>
<p id="state" role="status">Opening…</p>
</main>
<script src="/launch.js"></script>
</body>
</html>
`;

export const LAUNCH_STYLE = `body{margin:0;font:15px/1.5 system-ui,sans-serif;background:Canvas;color:CanvasText}
main{max-width:34rem;margin:18vh auto;padding:0 1.5rem}
h1{font-size:1.1rem;letter-spacing:.04em}
`;

export const LAUNCH_SCRIPT = `'use strict';
(() => {
  const state = document.getElementById('state');
  const say = (text) => { state.textContent = text; };
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  history.replaceState(null, '', '/');
  // A new code pasted into the address of an open tab changes the fragment only.
  addEventListener('hashchange', () => location.reload());
  if (!code) {
    say('This window has no key to Osmia. Start it again with “npm start”, or open the address that “osmia serve” prints.');
    return;
  }
  fetch('/launch', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: code, credentials: 'same-origin' })
    .then((answer) => {
      if (answer.ok) location.replace('/');
      else say('This launch code was used already, or is older than 30 seconds. Start Osmia again to get a new one.');
    })
    .catch(() => say('Osmia does not answer any more. Start it again.'));
})();
`;
