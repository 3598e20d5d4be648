// Makes the addon for every Node that is supported, or for those that are named.
//
//   npm run build:addon [-- VERSION…] [-- --force] [-- --verbose]
//
// Each is compiled by scripts/build-addon.ts, which runs on the Node it compiles
// for: under npm the first Node on PATH is the checkout's own, whichever the
// user's is.

import { findNode, supportedNodes } from './nodes.ts';
import { run } from './run.ts';

const given = process.argv.slice(2);
const flags = given.filter((argument) => argument.startsWith('-'));
const wanted = given.filter((argument) => !argument.startsWith('-'));
const strange = wanted.find((version) => !/^\d+(?:\.\d+\.\d+)?$/.test(version));
if (strange !== undefined) {
  console.error(
    `build-addon: expected versions of Node, such as 24 or 24.21.0, got \`${strange}\``,
  );
  process.exit(2);
}

try {
  const nodes =
    wanted.length === 0 ? await supportedNodes() : await Promise.all(wanted.map(findNode));
  for (const { version, binary } of nodes) {
    const { failure, output } = await run(binary, ['scripts/build-addon.ts', ...flags]);
    process.stdout.write(output);
    if (failure !== undefined) {
      console.error(`build-addon: Node ${version}: ${failure}`);
      process.exit(1);
    }
    if (output === '') console.log(`build-addon: that of Node ${version} is up to date`);
  }
} catch (error) {
  console.error(`build-addon: ${(error as Error).message}`);
  process.exit(1);
}
