// Installs the peers that bench/ measures against: npm's into bench/peers/node_modules,
// and says how to get Python's. None of them is a dependency of the package.
//
//   node scripts/setup-bench.ts

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { root, run } from './run.ts';

const PYTHON_PEERS = ['greenlet', 'gevent', 'uvloop', 'trio'];

// deasync's install script fetches or compiles its addon.
const { failure } = await run('npm', ['ci', '--no-audit', '--no-fund'], {
  cwd: join(root, 'bench', 'peers'),
  inherit: true,
});
if (failure !== undefined) {
  console.error(`setup-bench: npm ci in bench/peers failed: ${failure}`);
  process.exitCode = 1;
}
const lacking = PYTHON_PEERS.filter(
  (name) => spawnSync('/usr/bin/python3', ['-c', `import ${name}`]).status !== 0,
);
if (lacking.length > 0) {
  const packages = lacking.map((name) => `python3-${name}`).join(' ');
  console.log(`setup-bench: for the Python peers: apt-get install -y ${packages}`);
}
