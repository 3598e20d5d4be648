import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { InvalidArgumentError } from '../../src/errors/invalid-argument.ts';
import { Future } from '../../src/future/future.ts';
import { getCurrent, Greenlet, GreenletError, setTrace } from '../../src/public/greenlet.ts';
import { GreenletTask } from '../../src/hub/greenlet-task.ts';
import { iwait } from '../../src/hub/iwait.ts';
import { joinAll } from '../../src/hub/join.ts';
import { kill, killAll } from '../../src/hub/kill.ts';
import { main } from '../../src/hub/main.ts';
import { setErrorReporter } from '../../src/hub/report-error.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn, spawnLater, spawnRaw } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';
import { setStackSize } from '../../src/stack/engine.ts';
import { greenletTest } from './greenlet-test.ts';

const nothing = (): void => {};
const NO_FUNCTIONS: [unknown, string][] = [
  [undefined, 'undefined'],
  [null, 'null'],
  [42, '42'],
  ['text', '"text"'],
  [{}, 'an object'],
  [Symbol('s'), 'Symbol(s)'],
];
const NO_TIMES: [unknown, string][] = [
  [-1, '-1'],
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [-Infinity, '-Infinity'],
  ['10', '"10"'],
  [null, 'null'],
  [10n, '10n'],
  [{}, 'an object'],
];
const NO_COUNTS: [unknown, string][] = [
  [-1, '-1'],
  [1.5, '1.5'],
  [NaN, 'NaN'],
  ['2', '"2"'],
];
const NO_GREENLETS: [unknown, string][] = [
  [undefined, 'undefined'],
  [5, '5'],
  [{}, 'an object'],
  [nothing, 'function nothing'],
  [Promise.resolve(), 'a Promise'],
];
const NO_STACK_SIZES: [unknown, string][] = [
  [0, '0'],
  [-4096, '-4096'],
  [4096, '4096'],
  [200_001, '200001'],
  [2 ** 40, '1099511627776'],
  [NaN, 'NaN'],
  ['256k', '"256k"'],
];

/** What to call with which bad values. */
const TABLE: [string, (value: never) => unknown, [unknown, string][]][] = [
  ['spawn(fn)', (value) => spawn(value), NO_FUNCTIONS],
  ['spawnLater(0, fn)', (value) => spawnLater(0, value), NO_FUNCTIONS],
  ['spawnRaw(fn)', (value) => spawnRaw(value), NO_FUNCTIONS],
  ['main(fn) is refused', (value) => wait(main(value)), NO_FUNCTIONS],
  ['new GreenletTask(fn)', (value) => new GreenletTask(value), NO_FUNCTIONS],
  ['new Greenlet(run)', (value) => new Greenlet(value), NO_FUNCTIONS.slice(2)],
  ['greenlet.run = run', (value) => (new Greenlet().run = value), NO_FUNCTIONS],
  [
    'setTrace(fn)',
    (value) => setTrace(value),
    [...NO_FUNCTIONS.slice(0, 1), ...NO_FUNCTIONS.slice(2)],
  ],
  ['setErrorReporter(fn)', (value) => setErrorReporter(value), NO_FUNCTIONS],
  ['link(fn)', (value) => spawn(nothing).link(value), NO_FUNCTIONS],
  ['rawLink(fn)', (value) => spawn(nothing).rawLink(value), NO_FUNCTIONS],
  ['sleep(ms)', (value) => sleep(value), NO_TIMES],
  ['spawnLater(ms)', (value) => spawnLater(value, nothing), NO_TIMES],
  ['startLater(ms)', (value) => new GreenletTask(nothing).startLater(value), NO_TIMES],
  ['wait({ timeout })', (value) => wait(new Future(), { timeout: value }), NO_TIMES],
  ['join(timeout)', (value) => spawn(nothing).join(value), NO_TIMES],
  ['get({ timeout })', (value) => spawn(nothing).get({ timeout: value }), NO_TIMES],
  ['joinAll({ timeout })', (value) => joinAll([spawn(nothing)], { timeout: value }), NO_TIMES],
  ['iwait({ timeout })', (value) => [...iwait([spawn(nothing)], { timeout: value })], NO_TIMES],
  ['joinAll({ count })', (value) => joinAll([spawn(nothing)], { count: value }), NO_COUNTS],
  ['iwait({ count })', (value) => [...iwait([spawn(nothing)], { count: value })], NO_COUNTS],
  ['wait(awaitable)', (value) => wait(value), NO_GREENLETS.slice(0, 4)],
  ['joinAll(list)', (value) => joinAll(value), NO_GREENLETS],
  ['joinAll([greenlet])', (value) => joinAll([value]), NO_GREENLETS],
  ['iwait([greenlet])', (value) => [...iwait([value])], NO_GREENLETS],
  ['kill(greenlet)', (value) => kill(value), NO_GREENLETS],
  ['killAll([greenlet])', (value) => killAll([value]), NO_GREENLETS],
  ['killAll(list)', (value) => killAll(value), NO_GREENLETS],
  ['new Greenlet(run, parent)', (value) => new Greenlet(nothing, value), NO_GREENLETS.slice(1)],
  ['greenlet.parent = parent', (value) => (new Greenlet(nothing).parent = value), NO_GREENLETS],
  ['setStackSize(bytes)', (value) => setStackSize(value), NO_STACK_SIZES],
];

suite('bad input is refused with an error that quotes it, and all others go on:', () => {
  for (const [name, call, values] of TABLE) {
    greenletTest(name, () => {
      let turns = 0;
      const other = spawn(() => {
        for (; turns < 3; turns++) sleep(1);
        return 'went on';
      });
      for (const [value, quoted] of values) {
        assert.throws(
          () => call(value as never),
          (error: unknown) => {
            assert.ok(error instanceof InvalidArgumentError, `${quoted}: ${String(error)}`);
            assert.ok(error.message.includes(quoted), `${error.message}: quotes no ${quoted}`);
            return true;
          },
        );
      }
      assert.equal(other.get(), 'went on');
    });
  }
});

suite('what cannot work is refused, and nothing has changed:', () => {
  test('an ancestor as parent', () => {
    const one = new Greenlet(nothing);
    const two = new Greenlet(nothing, one);
    assert.throws(() => (one.parent = two), GreenletError);
    assert.equal(one.parent, Greenlet.main);
    assert.equal(two.switch(), undefined);
  });

  test('a parent for the main greenlet', () => {
    assert.throws(() => (Greenlet.main.parent = new Greenlet(nothing)), GreenletError);
    assert.equal(Greenlet.main.parent, null);
  });

  test('switching to oneself is no error: the value comes back', () => {
    assert.equal(new Greenlet(() => getCurrent().switch('same')).switch(), 'same');
  });

  greenletTest('a join with itself is a deadlock that its timeout ends', (time) => {
    const task: GreenletTask<boolean> = spawn(() => task.join(5));
    assert.equal(task.get(), false);
    assert.equal(time.now(), 5);
  });

  test('a stack size once greenlets run', () => {
    new Greenlet(nothing).switch();
    assert.throws(() => setStackSize(512 * 1024), { code: 'ERR_INVALID_ARGUMENT' });
  });

  greenletTest('a signal that is none', () => {
    for (const signal of [5, 'abort', {}, null, new AbortController()]) {
      assert.throws(() => wait(new Future(), { signal: signal as never }), {
        code: 'ERR_INVALID_ARGUMENT',
      });
      assert.throws(() => spawn(nothing).join(5, { signal: signal as never }), {
        code: 'ERR_INVALID_ARGUMENT',
      });
    }
  });
});

suite('what JavaScript would take silently is refused, with what to write', () => {
  const task = (): GreenletTask => spawn(nothing);
  const refused: [string, () => unknown, RegExp][] = [
    ['joinAll of one', () => joinAll(task() as never), /put it into one: \[task\]/],
    [
      'joinAll of two',
      () => joinAll(task() as never, task() as never),
      /put it into one: \[task\]/,
    ],
    ['killAll of one', () => killAll(task() as never), /put it into one: \[greenlet\]/],
    ['iwait of one', () => [...iwait(task() as never)], /put it into one: \[future\]/],
    [
      'a greenlet taken apart',
      () => {
        const [a] = task() as never as unknown[];
        return a;
      },
      /is no list.*wait\(future\)/,
    ],
    ['a greenlet spread', () => [...(task() as never as unknown[])], /write `\[future\]`/],
    ['wait with a number', () => wait(new Future(), 50 as never), /`\{ timeout: 50 \}`, got 50/],
    ['wait for a list', () => wait([new Future()] as never), /gather\(list\)/],
    ['wait for a function', () => wait(nothing as never), /call it, or `spawn` it/],
    ['spawn of an async function', () => spawn(async () => 1), /spawn\(\(\) => wait\(fn\(\)\)\)/],
  ];
  for (const [what, call, advice] of refused)
    greenletTest(what, () => {
      assert.throws(call, advice);
    });
});
