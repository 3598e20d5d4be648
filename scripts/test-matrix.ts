// Runs the tests on the other Nodes that are supported, each with an addon of
// its own. The binaries come from npm and are kept in .cache/nodes.
//
//   node scripts/test-matrix.ts [--build-only] [arguments for scripts/test.ts]
//
// A run that passes is told in one line; of one that fails, all is printed.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, type RunResult } from './run.ts';

const versions = ['22.23.3', '24.21.0'];

const buildOnly = process.argv.includes('--build-only');
const passed = process.argv.slice(2).filter((argument) => argument !== '--build-only');

function fail(title: string, { failure, output }: RunResult): never {
  console.error(`${output}\nmatrix: ${title}: ${failure}`);
  process.exit(1);
}

/** The path of that Node's binary, installed at the first use. */
async function installNode(version: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(root, '.cache/nodes', version);
  const binary = join(folder, 'node_modules', name, 'bin/node');
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  // Its own package.json: npm would else install into the project above.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const result = await run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--no-package-lock', `${name}@${version}`],
    { cwd: folder },
  );
  if (result.failure !== undefined) fail(`npm install ${name}@${version}`, result);
  return binary;
}

for (const version of versions) {
  const binary = await installNode(version);
  const built = await run(binary, ['scripts/build-addon.ts']);
  if (built.failure !== undefined) fail(`addon for Node ${version}`, built);
  process.stdout.write(built.output);
  if (buildOnly) continue;
  const started = performance.now();
  const tested = await run(binary, ['scripts/test.ts', ...passed]);
  if (tested.failure !== undefined) fail(`Node ${version}`, tested);
  const summary = [...tested.output.matchAll(/^ℹ (tests|pass|fail|skipped|todo) (\d+)$/gm)];
  const counts = summary.map(([, what, count]) => `${what} ${count}`).join(', ');
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`matrix: Node ${version}: ${counts} (${seconds} s)`);
}
