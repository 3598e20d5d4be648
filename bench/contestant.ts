// A contestant's process: for every line on stdin it runs one round and writes
// its figure. The programs under peers/ do the same.
//
//   node bench/contestant.ts FILE MEASUREMENT CONTESTANT

import { createInterface } from 'node:readline';

import type { Measurement } from './measurement.ts';

const [file, measurement, name] = process.argv.slice(2) as [string, string, string];
const { measurements } = (await import(`./${file}.ts`)) as { measurements: readonly Measurement[] };
const contestant = measurements[Number(measurement)]?.contestants.find((one) => one.name === name);
if (contestant === undefined || !('prepare' in contestant)) {
  throw new Error(`bench/${file}.ts has no contestant ${name} that runs in Node`);
}
const round = await contestant.prepare();
for await (const _line of createInterface({ input: process.stdin })) {
  console.log(await round());
}
// Greenlets may still be parked, on purpose.
process.exit(0);
