// Random programs of greenlets, run for real and by a small model, which says what each greenlet must see, in order.
//
// A program is one list of steps. Whichever greenlet runs takes the next step and carries it out, so the steps decide
// where control goes, and the whole of it is one thread of events that can be compared.

import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';

import fc from 'fast-check';

import {
  getCurrent,
  getTrace,
  Greenlet,
  GreenletError,
  GreenletExit,
  setTrace,
  type TraceFunction,
} from '../../src/public/greenlet.ts';

/** Numbers pick a greenlet among those there are, modulo; 0 is the main one. */
export type Step =
  | { do: 'make'; parent: number | null; runs: boolean }
  | { do: 'give'; to: number }
  | { do: 'switch'; to: number; values: number[] }
  | { do: 'throw'; to: number; exit: boolean }
  | { do: 'adopt'; child: number; parent: number }
  | { do: 'return' }
  | { do: 'raise'; exit: boolean }
  | { do: 'spoil' };

const pick = fc.nat(30);

export const program: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('make' as const),
        parent: fc.option(pick),
        // Mostly.
        runs: fc.nat(5).map((n) => n > 0),
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('switch' as const),
        to: pick,
        values: fc.array(fc.nat(9), { maxLength: 3 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('throw' as const), to: pick, exit: fc.boolean() }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('adopt' as const), child: pick, parent: pick }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('give' as const), to: pick }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('return' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('raise' as const), exit: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('spoil' as const) }) },
  ),
  { minLength: 5, maxLength: 60 },
);

/** An error that can be told from others. */
class Numbered extends Error {}
class NumberedExit extends GreenletExit {}

function show(value: unknown): string {
  if (value instanceof GreenletError) return 'nothing to run';
  if (value instanceof NumberedExit || value instanceof Numbered) return value.message;
  if (Array.isArray(value)) return `[${value.map(show).join(',')}]`;
  return JSON.stringify(value) ?? 'undefined';
}

const storage = new AsyncLocalStorage<number>();

/** Runs it for real. Returns what happened, and leaves nothing suspended behind. */
export function runProgram(steps: readonly Step[]): string[] {
  const events: string[] = [];
  const greenlets: Greenlet[] = [Greenlet.main];
  const at = (number: number): Greenlet => greenlets[number % greenlets.length]!;
  const id = (greenlet: Greenlet): number => greenlets.indexOf(greenlet);
  let cursor = 0;
  /** Whether the tracer fails at the next event. */
  let spoiled = false;

  const bodyOf =
    (number: number) =>
    (...args: unknown[]): unknown => {
      events.push(`${number} starts with ${show(args)}`);
      storage.enterWith(number);
      return act(number);
    };

  const tracer: TraceFunction = (event, { origin, target }) => {
    assert.equal(getCurrent(), target);
    events.push(`${event} ${id(origin)} ${id(target)}`);
    if (!spoiled) return;
    spoiled = false;
    throw new Numbered('error of the tracer');
  };

  const makeError = (exit: boolean): Error =>
    exit ? new NumberedExit(`exit ${cursor}`) : new Numbered(`error ${cursor}`);

  /** Takes steps until there are none, or one ends the greenlet. */
  function act(self: number): unknown {
    for (;;) {
      assert.equal(getCurrent(), greenlets[self]);
      if (self !== 0) assert.equal(storage.getStore(), self);
      events.push(
        `${self} ${greenlets.map((one) => `${state(one)}${one.parent === null ? '' : id(one.parent)}`).join(' ')}`,
      );
      // It has ended if the tracer failed.
      setTrace(tracer);
      const step = steps[cursor++];
      if (step === undefined) return 'no more';
      switch (step.do) {
        case 'make': {
          const body = step.runs ? bodyOf(greenlets.length) : null;
          greenlets.push(new Greenlet(body, step.parent === null ? null : at(step.parent)));
          break;
        }
        case 'give':
          attempt(() => (at(step.to).run = bodyOf(id(at(step.to)))));
          break;
        case 'switch':
          receive(self, () => at(step.to).switch(...step.values));
          break;
        case 'throw':
          receive(self, () => at(step.to).throw(makeError(step.exit)));
          break;
        case 'adopt':
          attempt(() => (at(step.child).parent = at(step.parent)));
          break;
        case 'return':
          if (self !== 0) return `result of ${self}`;
          break;
        case 'raise':
          if (self !== 0) throw makeError(step.exit);
          break;
        case 'spoil':
          spoiled = true;
      }
    }
  }

  function attempt(change: () => void): void {
    try {
      change();
    } catch (error) {
      assert.ok(error instanceof GreenletError);
      events.push('refused');
    }
  }

  function receive(self: number, call: () => unknown): void {
    try {
      const value = call();
      events.push(`${self} gets ${show(value)}`);
    } catch (error) {
      events.push(`${self} catches ${show(error)}`);
      if (error instanceof GreenletExit && self !== 0) throw error;
    }
  }

  const before = getTrace();
  try {
    act(0);
    for (let number = 1; number < greenlets.length; number++) {
      cursor = steps.length + number;
      setTrace(tracer);
      if (greenlets[number]!.active) receive(0, () => greenlets[number]!.throw(makeError(true)));
    }
  } finally {
    setTrace(before);
  }
  assert.ok(greenlets.every((one) => one === Greenlet.main || !one.active));
  return events;
}

function state(greenlet: Greenlet): string {
  return greenlet.dead ? 'x' : greenlet.active ? 'a' : 'p';
}
