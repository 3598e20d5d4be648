#!/usr/bin/env node
// The first thing that runs, on whatever Node there is: only syntax that an old
// Node can parse, so that it can say what is wrong.
import { spawn } from 'child_process';
import { existsSync } from 'fs';
import module from 'module';
import { fileURLToPath } from 'url';

var NEEDED = [22, 15];
// A checkout has a Node of its own, which develops and tests.
var OWN_NODE = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

function isOldNode(version) {
  var parts = version.split('.').map(Number);
  return parts[0] < NEEDED[0] || (parts[0] === NEEDED[0] && parts[1] < NEEDED[1]);
}

// The command must be the same copy of greenroom that the program it runs gets
// from `import "greenroom"`: two copies would be two event loops. So it asks
// Node where that name leads, and registers no hooks of its own. In a source
// checkout `node --conditions=greenroom-source bin/greenroom.js` leads to src/.
function entryPoint() {
  // In a checkout the source is what counts: what was built may be older.
  var inCheckout = existsSync(new URL('../tsconfig.json', import.meta.url));
  var source = new URL('../src/cli/main.ts', import.meta.url);
  if (inCheckout && process.features.typescript) {
    // To strip the types of two hundred files takes a quarter of a second, each time.
    module.enableCompileCache(fileURLToPath(new URL('../.cache/compiled', import.meta.url)));
    return source;
  }
  var resolved = import.meta.resolve('greenroom');
  var entry = new URL(resolved.endsWith('.ts') ? '../cli/main.ts' : '../cli/main.js', resolved);
  // A checkout that was never built: everything works from src/ too.
  return existsSync(entry) ? entry : source;
}

// The same command on another Node. What a terminal sends reaches both
// processes; other signals are handed on. The child's end is ours.
function runOn(node) {
  var args = process.execArgv.concat(process.argv.slice(1));
  var child = spawn(node, args, { stdio: 'inherit' });
  var fromTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'].forEach(function (signal) {
    process.on(signal, function () {
      if (signal === 'SIGTERM' || !fromTerminal) child.kill(signal);
    });
  });
  child.on('exit', function (code, signal) {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

if (!isOldNode(process.versions.node)) {
  import(entryPoint().href);
} else if (existsSync(OWN_NODE)) {
  runOn(OWN_NODE);
} else {
  process.stderr.write(
    'greenroom needs Node ' +
      NEEDED.join('.') +
      ' or newer, this is Node ' +
      process.versions.node +
      ': install a newer one from https://nodejs.org, or run `npx -p node@24 -p greenroom greenroom …`.\n',
  );
  process.exitCode = 1;
}
