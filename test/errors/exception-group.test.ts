import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { inspect } from 'node:util';

import { ExceptionGroup } from '../../src/errors/exception-group.ts';
import { GreenroomError } from '../../src/errors/greenroom-error.ts';
import { TimeoutError } from '../../src/errors/timeout-error.ts';

const one = new RangeError('one');
const two = new TypeError('two');
const three = new TimeoutError('three');
const inner = new ExceptionGroup('inner', [two, three]);
const outer = new ExceptionGroup('outer', [one, inner], { cause: 'the cause' });

/** The nesting of a group, and the messages in it. */
function shape(error: unknown): unknown {
  return error instanceof ExceptionGroup ? error.errors.map(shape) : (error as Error)?.message;
}

suite('ExceptionGroup', () => {
  test('is an AggregateError with a code, whose message has the count', () => {
    assert.ok(outer instanceof AggregateError);
    assert.equal(outer.name, 'ExceptionGroup');
    assert.equal(outer.code, 'ERR_EXCEPTION_GROUP');
    assert.equal(outer.message, 'outer (2 sub-exceptions)');
    assert.equal(new ExceptionGroup('alone', [one]).message, 'alone (1 sub-exception)');
    assert.deepEqual(outer.errors, [one, inner]);
    assert.equal(outer.exceptions, outer.errors);
    assert.equal(outer.cause, 'the cause');
    assert.equal('cause' in inner, false);
  });

  test('holds anything that can be thrown, but not nothing', () => {
    assert.deepEqual(new ExceptionGroup('odd', [undefined, 5].values()).errors, [undefined, 5]);
    assert.throws(() => new ExceptionGroup('empty', []), {
      code: 'ERR_INVALID_ARGUMENT',
      message: /one or more, got none; message "empty"/,
    });
  });

  test('split and subgroup keep the nesting', () => {
    const [types, rest] = outer.split(TypeError);
    assert.deepEqual([shape(types), shape(rest)], [[['two']], ['one', ['three']]]);
    assert.deepEqual(shape(outer.subgroup([RangeError, GreenroomError])), ['one', ['three']]);
    assert.deepEqual(shape(outer.subgroup((error) => error === two)), [['two']]);
    assert.equal(outer.subgroup(SyntaxError), undefined);
    assert.deepEqual(outer.split(SyntaxError).map(shape), [undefined, ['one', ['two', 'three']]]);
  });

  test('a group that the condition is true for is taken whole', () => {
    assert.deepEqual(outer.split(ExceptionGroup), [outer, undefined]);
    const [matching, rest] = outer.split((error) => error === inner);
    assert.equal(matching?.errors[0], inner);
    assert.deepEqual(shape(rest), ['one']);
  });

  test('the parts have the text, the cause and the stack of the whole', () => {
    const part = outer.subgroup(RangeError) as ExceptionGroup;
    assert.equal(part.message, 'outer (1 sub-exception)');
    assert.equal(part.cause, 'the cause');
    assert.equal('cause' in (inner.subgroup(TypeError) as ExceptionGroup), false);
    const at = /exception-group\.test\.ts:\d+:\d+/;
    assert.equal(at.exec(String(part.stack))?.[0], at.exec(String(outer.stack))?.[0]);
  });

  test('derive makes groups of a subclass', () => {
    class Failures extends ExceptionGroup {
      readonly job: string;
      constructor(job: string, errors: readonly unknown[]) {
        super(`in ${job}`, errors);
        this.job = job;
      }
      override derive<F>(errors: readonly F[]): ExceptionGroup<F> {
        return new Failures(this.job, errors) as ExceptionGroup<F>;
      }
    }
    const [part, rest] = new Failures('parsing', [one, two]).split(RangeError);
    assert.ok(part instanceof Failures && rest instanceof Failures);
    assert.equal(part.job, 'parsing');
    assert.match(String(part.stack), /^Failures: in parsing \(1 sub-exception\)\n/);
  });

  test('refuses what is no condition', () => {
    for (const condition of [5, 'RangeError', [5], [() => true], undefined]) {
      assert.throws(() => outer.split(condition as never), { code: 'ERR_INVALID_ARGUMENT' });
    }
  });

  test('printed, and in its stack, it shows each member with its own stack', () => {
    const lines = (text: string): string[] =>
      text
        .split('\n')
        .map((line) => line.replace(/at .*exception-group\.test.*/, 'at here'))
        .filter((line) => !/(at (?!here)|lines matching)/.test(line));
    const cause = new Error('why');
    const group = new ExceptionGroup('outer', [
      new RangeError('one', { cause }),
      new ExceptionGroup('inner', ['text', new TypeError('two')]),
    ]);
    const expected = [
      'ExceptionGroup: outer (2 sub-exceptions)',
      '    at here',
      '  ├─ RangeError: one',
      '  │      at here',
      '  │    [cause]: Error: why',
      '  │        at here',
      '  │  }',
      '  └─ ExceptionGroup: inner (2 sub-exceptions)',
      '         at here',
      "       ├─ 'text'",
      '       └─ TypeError: two',
      '              at here',
    ];
    assert.deepEqual(lines(String(group.stack)), expected);
    assert.deepEqual(lines(inspect(group)), expected);
    assert.match(inspect(outer), /\n {2}\[cause\]: 'the cause'$/);
    group.stack = 'written over';
    assert.equal(group.stack, 'written over');
  });
});
