// Runs the tests from source, on the Node that runs this script.
//
//   node scripts/test.ts [--gc-stress] [files or folders] [flags of node --test]

import { spawnSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root, sourceFlags } from './run.ts';

/**
 * Scavenges at random points and moves objects at every full collection, with
 * a heap so small that there are many of both. (`--gc-interval` would be the
 * obvious flag, but release builds of V8 ignore it.)
 */
const gcStressFlags = [
  '--max-semi-space-size=1',
  '--stress-scavenge=20',
  '--stress-marking=20',
  '--stress-compaction',
];
/** Where a stale pointer on a switched-away stack would show. */
const gcStressSet = 'test/{stack,greenlet,hub,gevent,monkey}/**/*.test.ts';

const gcStress = process.argv.includes('--gc-stress');
const given = process.argv.slice(2).filter((argument) => argument !== '--gc-stress');
const flags = given.filter((argument) => argument.startsWith('-'));
const paths = given
  .filter((argument) => !argument.startsWith('-'))
  .map((path) =>
    statSync(path, { throwIfNoEntry: false })?.isDirectory() ? `${path}/**/*.test.ts` : path,
  );
const patterns = paths.length > 0 ? paths : [gcStress ? gcStressSet : 'test/**/*.test.ts'];
const files = patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).toSorted();
if (files.length === 0) {
  console.error(`test: no file matches ${patterns.join(' ')}`);
  process.exit(1);
}

const env = {
  // Half of what it takes to start a program from source is to strip its types. There are hundreds to start.
  NODE_COMPILE_CACHE: join(root, '.cache', 'compiled'),
  // A parked stack that is taken to hold nothing young is looked at in each scavenge, and a mistake ends the process.
  ...(gcStress && { GREENROOM_COLD: 'verify' }),
  ...process.env,
  NODE_TEST_CONTEXT: undefined,
  // GREENROOM_HEAVY=1 runs the programs of test/programs at full size: a million greenlets, not thousands.
};
const { status, signal } = spawnSync(
  process.execPath,
  [
    ...sourceFlags,
    '--expose-gc',
    ...(gcStress ? gcStressFlags : []),
    '--test',
    '--test-reporter=spec',
    // Many files wait for their child programs: one more at a time than there are cores. (Node's default is one less.)
    `--test-concurrency=${availableParallelism() + 1}`,
    // A greenlet that never gets its turn must fail, not hang. Per file.
    `--test-timeout=${gcStress ? 300_000 : 120_000}`,
    ...flags,
    ...files,
  ],
  { cwd: root, stdio: 'inherit', env },
);
if (signal !== null) console.error(`test: killed by ${signal}`);
process.exitCode = status ?? 1;
