// Measures Greenroom and its peers, in the same run.
//
//   node --conditions=greenroom-source bench/run.ts [filter…]
//
// A filter is part of a file's name or of a measurement's title. Under another
// Node the same line measures that Node. Exits with 1 when a target is missed
// and `--check` was given.

import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';

import { stackInfo } from 'greenroom';
import type { Measurement } from './measurement.ts';
import { where } from './one-core.ts';
import { measure } from './rounds.ts';
import { printTable } from './table.ts';

const FILES = [
  'switch',
  'sleep-zero',
  'spawn-join',
  'parked-memory',
  'parked-gc',
  'wait-resolved',
  'task-sleep-zero',
  'task-gather',
  'timers',
  'queue',
  'event-memory',
  'echo',
] as const;

const HELP = `npm run bench -- [filter…] [--check]

Measures Greenroom and its peers, in the same run. A filter is part of a file's name or of a measurement's title.
--check   exit with 1 when a target is missed

  npm run bench                    all of it, about a quarter of an hour
  npm run bench -- switch echo     two files of: FILES
`;

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
});
if (values.help === true) {
  process.stdout.write(HELP.replace('FILES', FILES.join(', ')));
  process.exit();
}

function kernel(): string {
  return readFileSync('/proc/version', 'utf8').split(' ').slice(0, 3).join(' ');
}

const { backend } = stackInfo();
console.log(
  `Node ${process.versions.node}, ${backend} stacks, ${cpus()[0]?.model ?? 'unknown processor'} × ${availableParallelism()}, ${process.platform === 'linux' ? kernel() : process.platform}`,
);
console.log(
  `Middle figures (p50) of rounds that are interleaved: A B C, A B C, …; what is compared, is compared round by round; ${where}`,
);

const missed: string[] = [];
for (const file of FILES) {
  const { measurements } = (await import(`./${file}.ts`)) as {
    measurements: readonly Measurement[];
  };
  for (const [index, measurement] of measurements.entries()) {
    const named = `${file} ${measurement.title}`;
    if (positionals.length > 0 && !positionals.some((filter) => named.includes(filter))) continue;
    missed.push(...printTable(measurement, await measure(file, index, measurement)));
  }
}
console.log(
  missed.length === 0 ? '\nNo target was missed.' : `\nMissed:\n  ${missed.join('\n  ')}`,
);
if (values.check && missed.length > 0) process.exitCode = 1;
