#!/usr/bin/env node
// The first thing that runs, on whatever Node there is: only syntax that an old
// Node can parse, so that it can say what is wrong.
import { existsSync } from 'fs';

var NEEDED = [22, 15];

function isOldNode(version) {
  var parts = version.split('.').map(Number);
  return parts[0] < NEEDED[0] || (parts[0] === NEEDED[0] && parts[1] < NEEDED[1]);
}

// The command must be the same copy of greenroom that the program it runs gets
// from `import "greenroom"`: two copies would be two event loops. So it asks
// Node where that name leads, and registers no hooks of its own. In a source
// checkout `node --conditions=greenroom-source bin/greenroom.js` leads to src/.
function entryPoint() {
  var resolved = import.meta.resolve('greenroom');
  var entry = new URL(resolved.endsWith('.ts') ? './cli/main.ts' : './cli/main.js', resolved);
  // A checkout that was never built: `doctor` and `--help` work from src/ too.
  return existsSync(entry) ? entry : new URL('../src/cli/main.ts', import.meta.url);
}

if (isOldNode(process.versions.node)) {
  process.stderr.write(
    'greenroom needs Node ' +
      NEEDED.join('.') +
      ' or newer, this is Node ' +
      process.versions.node +
      ': install a newer one from https://nodejs.org, or run `npx -p node@24 greenroom …`.\n',
  );
  process.exit(1);
}

import(entryPoint().href);
