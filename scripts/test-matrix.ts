// Runs the tests on the other Nodes that are supported, each with an addon of
// its own.
//
//   node scripts/test-matrix.ts [arguments for scripts/test.ts]
//
// A run that passes is told in one line; of one that fails, all is printed.

import { supportedNodes } from './nodes.ts';
import { run, type RunResult } from './run.ts';

function fail(title: string, { failure, output }: RunResult): never {
  console.error(`${output}\nmatrix: ${title}: ${failure}`);
  process.exit(1);
}

const nodes = await supportedNodes();
for (const { version, binary } of nodes) {
  if (version === process.versions.node) continue;
  const built = await run(binary, ['scripts/build-addon.ts']);
  if (built.failure !== undefined) fail(`addon for Node ${version}`, built);
  process.stdout.write(built.output);
  const started = performance.now();
  const tested = await run(binary, ['scripts/test.ts', ...process.argv.slice(2)]);
  if (tested.failure !== undefined) fail(`Node ${version}`, tested);
  const summary = [...tested.output.matchAll(/^ℹ (tests|pass|fail|skipped|todo) (\d+)$/gm)];
  const counts = summary.map(([, what, count]) => `${what} ${count}`).join(', ');
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`matrix: Node ${version}: ${counts} (${seconds} s)`);
}
