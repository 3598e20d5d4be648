import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, suite, test } from 'node:test';

import { setUnretrievedHook, type UnretrievedHook } from '../../src/future/unretrieved.ts';
import { styles } from '../asyncio/styles.ts';
import { Interpreter } from './interpreter.ts';
import { programOf, WATCHDOG } from './program.ts';

/** Debian's own: another may stand before it in PATH. */
const PYTHON = '/usr/bin/python3';
const PROGRAMS = Number(process.env['GREENROOM_PROGRAMS'] ?? 300);
const FIRST_SEED = Number(process.env['GREENROOM_SEED'] ?? 0);

const asked = spawnSync(PYTHON, ['-c', 'import asyncio; asyncio.TaskGroup, asyncio.Barrier'], {
  timeout: 60_000,
});
const skip = asked.status === 0 ? false : `${PYTHON} has no asyncio of 3.11 or newer`;

/** The traces of the programs of these seeds on CPython, in order. */
async function* tracesOnPython(seeds: readonly number[]): AsyncGenerator<string[]> {
  const program = join(import.meta.dirname, 'interpreter.py');
  const python = spawn(PYTHON, [program, JSON.stringify(WATCHDOG)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    // If it dies, the missing traces tell.
    python.stdin.on('error', () => {});
    for (const seed of seeds) python.stdin.write(`${JSON.stringify(programOf(seed))}\n`);
    python.stdin.end();
    for await (const line of createInterface({ input: python.stdout }))
      yield JSON.parse(line) as string[];
  } finally {
    python.kill();
  }
}

suite('random programs', { skip }, () => {
  // The programs drop failed tasks without a look at them; so does CPython's side.
  let previous: UnretrievedHook;
  before(() => (previous = setUnretrievedHook(() => {})));
  after(() => setUnretrievedHook(previous));

  for (const style of styles) {
    // More of them than usual take longer than a test may.
    const timeout = 120_000 + 100 * PROGRAMS;
    test(`do what they do on CPython, event by event (${style.name})`, { timeout }, async (t) => {
      const seeds = Array.from({ length: PROGRAMS }, (_, i) => FIRST_SEED + i);
      let index = 0;
      let events = 0;
      for await (const expected of tracesOnPython(seeds)) {
        const seed = seeds[index++] as number;
        const actual = await Interpreter.play(programOf(seed), style);
        assert.deepEqual(actual, expected, `seed ${seed}: ${JSON.stringify(programOf(seed).main)}`);
        events += expected.length;
      }
      assert.equal(index, PROGRAMS);
      t.diagnostic(`${PROGRAMS} programs, ${events} events`);
      assert.ok(events > PROGRAMS * 5, `only ${events} events: the programs do too little`);
    });
  }
});
