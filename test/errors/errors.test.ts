import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import {
  checkDelay,
  checkFunction,
  checkInteger,
  describe,
  InvalidArgumentError,
} from '../../src/errors/invalid-argument.ts';
import { GreenroomError } from '../../src/errors/greenroom-error.ts';
import { InvalidStateError } from '../../src/errors/invalid-state-error.ts';
import { TimeoutError } from '../../src/errors/timeout-error.ts';

suite('errors', () => {
  test('carry a code, their class as name, and their cause', () => {
    const cause = new Error('why');
    const errors = [
      new CancelledError(undefined, { cause }),
      new TimeoutError(undefined, { cause }),
      new InvalidStateError('', { cause }),
      new InvalidArgumentError('', { cause }),
      new GreenroomError('ERR_OTHER', '', { cause }),
    ];
    assert.deepEqual(
      errors.map(({ name, code }) => [name, code]),
      [
        ['CancelledError', 'ERR_CANCELLED'],
        ['TimeoutError', 'ERR_TIMEOUT'],
        ['InvalidStateError', 'ERR_INVALID_STATE'],
        ['InvalidArgumentError', 'ERR_INVALID_ARGUMENT'],
        ['GreenroomError', 'ERR_OTHER'],
      ],
    );
    for (const error of errors) assert.equal(error.cause, cause);
  });

  test('show the name of the class on the first line of the stack, for subclasses too', () => {
    class OutOfCues extends GreenroomError {}
    assert.match(new CancelledError('enough').stack ?? '', /^CancelledError: enough\n/);
    assert.match(new OutOfCues('ERR_CUES', 'none left').stack ?? '', /^OutOfCues: none left\n/);
    assert.match(new GreenroomError('ERR_OTHER', 'plain').stack ?? '', /^GreenroomError: plain\n/);
  });
});

suite('describe', () => {
  test('quotes any value shortly, and never throws', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const named = function sort(): void {};
    const values: [unknown, string][] = [
      [undefined, 'undefined'],
      [null, 'null'],
      [NaN, 'NaN'],
      [-0, '-0'],
      [10n, '10n'],
      ['cue', '"cue"'],
      ['x'.repeat(100), `"${'x'.repeat(40)}…"`],
      [Symbol('s'), 'Symbol(s)'],
      [named, 'function sort'],
      [(() => () => {})(), 'an anonymous function'],
      [[1], 'an Array'],
      [new Map(), 'a Map'],
      [{}, 'an object'],
      [Object.create(null), 'an object'],
      [revoked.proxy, 'an object'],
    ];
    for (const [value, quote] of values) assert.equal(describe(value), quote);
  });
});

suite('checks of arguments', () => {
  const refused = (message: string): object => ({ constructor: InvalidArgumentError, message });

  test('a delay is a finite number of milliseconds from 0 up', () => {
    assert.equal(checkDelay(0, 'ms'), 0);
    assert.equal(checkDelay(1.5, 'ms'), 1.5);
    const expected = 'Expected `ms` to be a number of milliseconds from 0 up, got';
    assert.throws(() => checkDelay(NaN, 'ms'), refused(`${expected} NaN`));
    assert.throws(() => checkDelay(-1, 'ms'), refused(`${expected} -1`));
    assert.throws(() => checkDelay('5', 'ms'), refused(`${expected} "5"`));
    assert.throws(
      () => checkDelay(Infinity, 'ms'),
      refused(`${expected} Infinity; to wait without limit, leave it out`),
    );
  });

  test('a function can be called', () => {
    checkFunction(() => {}, 'fn');
    assert.throws(
      () => checkFunction({}, 'fn'),
      refused('Expected `fn` to be a function, got an object'),
    );
  });

  test('an integer is a whole number within its bounds', () => {
    assert.equal(checkInteger(3, 'n', 1, 3), 3);
    assert.throws(
      () => checkInteger(4, 'n', 1, 3),
      refused('Expected `n` to be a whole number from 1 to 3, got 4'),
    );
    assert.throws(
      () => checkInteger(0, 'n', 1),
      refused('Expected `n` to be a whole number from 1 up, got 0'),
    );
    assert.throws(
      () => checkInteger(1.5, 'n'),
      refused('Expected `n` to be a whole number, got 1.5'),
    );
    assert.throws(
      () => checkInteger(1n, 'n'),
      refused('Expected `n` to be a whole number, got 1n'),
    );
  });
});
