import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';

import { setUnretrievedHook, type UnretrievedHook } from '../../src/future/unretrieved.ts';
import { Interpreter, type StyleMix } from './interpreter.ts';
import { type Program, programOf } from './program.ts';
import { tracesOnPython } from './python.ts';
import { styleMixes } from './style-mixes.ts';

const PROGRAMS = Number(process.env['GREENROOM_PROGRAMS'] ?? 300);
const FIRST_SEED = Number(process.env['GREENROOM_SEED'] ?? 0);

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Programs, and what CPython makes of them. */
class Repertoire {
  readonly #programs: readonly Program[];
  readonly #traces: Promise<string[][]>;

  constructor(eager: boolean) {
    this.#programs = Array.from({ length: PROGRAMS }, (_, i) => programOf(FIRST_SEED + i, eager));
    this.#traces = listOf(tracesOnPython('cpython.ts', this.#programs));
    // It is asked for later.
    this.#traces.catch(() => {});
  }

  /** Plays all of them here. Returns how many events there were. */
  async play(mix: StyleMix): Promise<number> {
    const traces = await this.#traces;
    assert.equal(traces.length, this.#programs.length, 'CPython has ended early');
    let events = 0;
    for (const [index, program] of this.#programs.entries()) {
      const expected = traces[index] as string[];
      const which = `seed ${FIRST_SEED + index}: ${JSON.stringify(program.main)}`;
      assert.deepEqual(await Interpreter.play(program, mix), expected, which);
      events += expected.length;
    }
    return events;
  }
}

suite('random programs', () => {
  // The programs drop failed tasks without a look at them; so does CPython's side.
  let previous: UnretrievedHook;
  before(() => (previous = setUnretrievedHook(() => {})));
  after(() => setUnretrievedHook(previous));

  // More of them than usual take longer than a test may.
  const timeout = 120_000 + 100 * PROGRAMS;
  const plain = new Repertoire(false);
  for (const mix of styleMixes) {
    test(`do what they do on CPython, event by event (${mix.name})`, { timeout }, async (t) => {
      const events = await plain.play(mix);
      t.diagnostic(`${PROGRAMS} programs, ${events} events`);
      assert.ok(events > PROGRAMS * 15, `only ${events} events: the programs do too little`);
    });
  }

  // Generators only: the end of an async function that starts eagerly comes later, as V8 tells of it.
  const eager = new Repertoire(true);
  test('do so, too, where tasks start eagerly', { timeout }, async () => {
    await eager.play(styleMixes[0] as StyleMix);
  });
});
