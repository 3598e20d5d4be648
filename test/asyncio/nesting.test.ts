import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';

import {
  allTasks,
  CancelledError,
  ExceptionGroup,
  moveOnAfter,
  sleep,
  TaskGroup,
  type TaskGroup as Group,
  timeout,
  TimeoutError,
} from '../../src/public/asyncio.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { type Outcome, predict, type Program } from './nesting-model.ts';
import { type Style, styles } from './styles.ts';

/** The program as code of a style. */
function* perform(style: Style, program: Program): Generator<unknown, void, any> {
  const { fn, child } = style;
  switch (program.kind) {
    case 'sleep':
      yield sleep(program.ms);
      return;
    case 'fail':
      throw new RangeError('failed');
    case 'sequence':
      for (const part of program.parts) yield* perform(style, part);
      return;
    case 'swallow':
      try {
        yield* perform(style, program.body);
      } catch {}
      return;
    case 'finally':
      try {
        yield* perform(style, program.body);
      } finally {
        yield* perform(style, program.cleanup);
      }
      return;
    case 'timeout':
      yield timeout(
        program.ms,
        fn(() => perform(style, program.body)),
      );
      return;
    case 'scope':
      yield moveOnAfter(
        program.ms,
        fn(() => perform(style, program.body)),
        { shield: program.shield },
      );
      return;
    case 'group':
      yield TaskGroup.run(
        fn(function* (group: Group) {
          for (const each of program.children) child(group, () => perform(style, each));
          yield* perform(style, program.body);
        }),
      );
  }
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof ExceptionGroup) return sorted(error.errors.map(outcomeOf));
  if (error instanceof CancelledError) return 'cancelled';
  if (error instanceof TimeoutError) return 'timeout';
  if (error instanceof RangeError) return 'failed';
  throw error;
}

/** In which order the members of a group failed is not compared. */
function sorted(outcome: Outcome): Outcome {
  if (typeof outcome === 'string') return outcome;
  return outcome
    .map(sorted)
    .toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

/** What the program really does. */
function observe(style: Style, program: Program, cancels: readonly number[]) {
  return withVirtualTime(async ({ loop, now }) => {
    const timers = loop.timerCount;
    const task = style.start(() => perform(style, program));
    for (const at of cancels) loop.callAt(at, () => task.cancel());
    const outcome: Outcome = await Promise.resolve(task).then(
      () => 'ok' as const,
      (error: unknown) => outcomeOf(error),
    );
    const at = now();
    const requests = task.cancelling();
    await sleep(0);
    assert.equal(allTasks().size, 0, 'a task is left');
    await sleep(Math.max(1, ...cancels));
    assert.equal(loop.timerCount, timers, 'a timer is left');
    return { outcome, at, requests };
  });
}

const ms = fc.integer({ min: 1, max: 60 });

const { program: programs } = fc.letrec<{ program: Program }>((tie) => {
  const program = tie('program');
  const slept = program.map((then): Program => ({
    kind: 'sequence',
    parts: [{ kind: 'sleep', ms: 5 }, then],
  }));
  return {
    program: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      fc.record({ kind: fc.constant('sleep' as const), ms }),
      fc.constant({ kind: 'fail' } as const),
      fc.record({
        kind: fc.constant('sequence' as const),
        parts: fc.array(program, { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('swallow' as const), body: program }),
      fc.record({ kind: fc.constant('finally' as const), body: program, cleanup: program }),
      fc.record({ kind: fc.constant('timeout' as const), ms, body: program }),
      fc.record({
        kind: fc.constant('scope' as const),
        ms,
        shield: fc.boolean(),
        body: program,
      }),
      // A task, and a body, begins with a wait: so all have begun when something happens.
      fc.record({
        kind: fc.constant('group' as const),
        body: slept,
        children: fc.array(slept, { minLength: 1, maxLength: 3 }),
      }),
    ),
  };
});

const PRIMES = [...Array(2000).keys()].filter(
  (n) => n > 1 && ![...Array(n).keys()].some((d) => d > 1 && d * d <= n && n % d === 0),
);

/** Gives each time a fraction of its own. Square roots of primes: no two sums of them are equal. */
function distinct(program: Program, cancels: readonly number[]): [Program, number[]] {
  let count = 0;
  const apart = (time: number): number => time + Math.sqrt(PRIMES[count++ % PRIMES.length]!) / 1000;
  const visit = (one: Program): Program => {
    switch (one.kind) {
      case 'sleep':
        return { ...one, ms: apart(one.ms) };
      case 'fail':
        return one;
      case 'sequence':
        return { ...one, parts: one.parts.map(visit) };
      case 'finally':
        return { ...one, body: visit(one.body), cleanup: visit(one.cleanup) };
      case 'swallow':
        return { ...one, body: visit(one.body) };
      case 'timeout':
      case 'scope':
        return { ...one, ms: apart(one.ms), body: visit(one.body) };
      case 'group':
        return { ...one, body: visit(one.body), children: one.children.map(visit) };
    }
  };
  return [visit(program), cancels.map(apart)];
}

const numRuns = Number(process.env['NESTING_RUNS'] ?? 200);
const seed = Number(process.env['NESTING_SEED'] ?? 20);

suite('timeouts, scopes and groups, nested at random and cancelled at random', () => {
  for (const style of styles) {
    test(`end as the model says (${style.name})`, async () => {
      const property = fc.asyncProperty(
        programs,
        fc.array(ms, { maxLength: 3 }),
        async (shape, times) => {
          const [program, cancels] = distinct(shape, times);
          const expected = predict(program, cancels);
          const observed = await observe(style, program, cancels);
          const rounded = (time: number): number => Math.round(time * 1e6) / 1e6;
          assert.deepEqual(
            { ...observed, at: rounded(observed.at) },
            { ...expected, outcome: sorted(expected.outcome), at: rounded(expected.at) },
          );
        },
      );
      await fc.assert(property, { numRuns, seed });
    });
  }
});
