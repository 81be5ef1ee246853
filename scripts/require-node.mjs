// Imported first by every script. An old Node would not fail here but crash later without a word: better-sqlite3 13
// ends a Node 20 process with a segmentation fault.
const [major, minor, patch] = process.versions.node.split('.').map(Number);
const isNewEnough =
  major >= 26 || (major === 24 && minor >= 15) || (major === 22 && (minor > 22 || (minor === 22 && patch >= 2)));
if (!isNewEnough) {
  process.stderr.write(
    `Osmia needs Node 22.22.2 or newer (this is ${process.versions.node}). On Linux x64 the project brings its own: ` +
      'start it with "npm start" or "npm run …", not with node. Elsewhere install Node 24 from nodejs.org.\n',
  );
  process.exit(1);
}
