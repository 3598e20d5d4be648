// Native code that does not look at V8's stack limit recurses below a greenlet
// until it runs into the guard page, or over the end where there is none.
//
// argument: on which stack, the lowest first

import { DatabaseSync } from 'node:sqlite';

import { Greenlet } from '../../src/public/greenlet.ts';

const DEPTH = 350;
const database = new DatabaseSync(':memory:');
const query = `SELECT (SELECT 1)${'+(SELECT 1)'.repeat(DEPTH)} AS n`;
// There is room for it on the main stack.
database.prepare(query).get();

/** Runs the query from as deep in the stack as JavaScript gets. */
function dive(): boolean {
  try {
    if (dive()) return true;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  try {
    database.prepare(query).get();
    return true;
  } catch {
    return false;
  }
}

const { main } = Greenlet;
const below = Array.from(
  { length: Number(process.argv[2]) },
  () => new Greenlet(() => main.switch()),
);
for (const greenlet of below) greenlet.switch();
const diver = new Greenlet(() => {
  main.switch();
  console.log('dives');
  dive();
});
diver.switch();
// What it might overrun is idle then.
for (const greenlet of below) greenlet.switch();
diver.switch();
