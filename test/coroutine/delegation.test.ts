import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';

import {
  coroutine,
  type Coroutine,
  delegate,
  GeneratorExit,
  StopIteration,
} from '../../src/public/coroutine.ts';

type Body = Coroutine<unknown, unknown, unknown>;

/** The same delegation written in the two ways that have to agree. */
const ways: [string, (inner: () => Body, events: unknown[]) => Body][] = [
  [
    'yield*',
    (inner, events) =>
      coroutine(function* (): Generator<unknown, unknown, unknown> {
        try {
          const value = yield* inner();
          events.push(['inner gave', value]);
          return yield 'after';
        } catch (error) {
          events.push(['outer saw', (error as Error).name]);
          throw error;
        }
      })(),
  ],
  [
    'yield* delegate',
    (inner, events) =>
      coroutine(function* (): Generator<unknown, unknown, unknown> {
        try {
          const value = yield* delegate(inner());
          events.push(['inner gave', value]);
          return yield 'after';
        } catch (error) {
          events.push(['outer saw', (error as Error).name]);
          throw error;
        }
      })(),
  ],
];

for (const [name, outer] of ways) {
  suite(`delegation by ${name}`, () => {
    test('values go both ways through it, and its result is the value of the expression', () => {
      const events: unknown[] = [];
      const inner = coroutine(function* (): Generator<unknown, unknown, unknown> {
        events.push(['inner got', yield 1]);
        events.push(['inner got', yield 2]);
        return 'result';
      });
      const one = outer(inner, events);
      assert.equal(one.next(), 1);
      assert.equal(one.send('a'), 2);
      assert.equal(one.send('b'), 'after');
      assert.deepEqual(events, [
        ['inner got', 'a'],
        ['inner got', 'b'],
        ['inner gave', 'result'],
      ]);
    });

    test('one that returns at once does not pause', () => {
      const events: unknown[] = [];
      const one = outer(
        coroutine(function* () {
          return 'at once';
        }),
        events,
      );
      assert.equal(one.next(), 'after');
      assert.deepEqual(events, [['inner gave', 'at once']]);
    });

    test('errors are raised inside first, and outside if nothing catches them there', () => {
      const events: unknown[] = [];
      const inner = coroutine(function* () {
        try {
          yield 1;
        } catch (error) {
          events.push(['inner saw', (error as Error).name]);
        }
        yield 2;
      });
      const one = outer(inner, events);
      one.next();
      assert.equal(one.throw(new RangeError('caught inside')), 2);
      assert.throws(() => one.throw(new TypeError('not caught')), TypeError);
      assert.deepEqual(events, [
        ['inner saw', 'RangeError'],
        ['outer saw', 'TypeError'],
      ]);
    });

    test('closing closes the inner one first, then raises GeneratorExit in the outer one', () => {
      const events: unknown[] = [];
      const inner = coroutine(function* () {
        try {
          yield 1;
        } finally {
          events.push('inner finally');
        }
      });
      const one = outer(inner, events);
      one.next();
      one.close();
      assert.deepEqual(events, ['inner finally', ['outer saw', 'GeneratorExit']]);
    });

    test('an inner one that answers GeneratorExit with a return does not keep the outer one alive', () => {
      const events: unknown[] = [];
      const inner = coroutine(function* () {
        try {
          yield 1;
        } catch {
          return 'swallowed';
        }
        return 'end';
      });
      const one = outer(inner, events);
      one.next();
      one.close();
      assert.deepEqual(events, [['outer saw', 'GeneratorExit']]);
    });

    test('an inner one that ignores GeneratorExit fails in the outer one', () => {
      const events: unknown[] = [];
      const inner = coroutine(function* () {
        try {
          yield 1;
        } catch {
          yield 'stays';
        }
      });
      const one = outer(inner, events);
      one.next();
      assert.throws(() => one.close(), { code: 'ERR_GENERATOR_EXIT_IGNORED' });
      assert.deepEqual(events, [['outer saw', 'CoroutineError']]);
    });
  });
}

suite('delegate, where `yield*` alone differs', () => {
  test('what is thrown in at a list is raised as it is', () => {
    const one = coroutine(function* () {
      yield* delegate(['a', 'b']);
    })();
    assert.equal(one.next(), 'a');
    assert.throws(() => one.throw(new RangeError('as it is')), RangeError);
  });

  test('a plain generator is closed like a coroutine', () => {
    const events: unknown[] = [];
    function* plain(): Generator<number, string, unknown> {
      try {
        yield 1;
      } catch (error) {
        events.push((error as Error).name);
        return 'swallowed';
      }
      return 'end';
    }
    const one = coroutine(function* () {
      yield* delegate(plain());
      events.push('went on');
    })();
    one.next();
    one.close();
    assert.deepEqual(events, ['GeneratorExit']);
  });

  test('`return` on the delegating generator closes the source once', () => {
    const events: string[] = [];
    const source = coroutine(function* () {
      try {
        yield 1;
      } finally {
        events.push('closed');
      }
    });
    const plain = delegate(source());
    plain.next();
    assert.deepEqual(plain.return(undefined), { done: true, value: undefined });
    assert.deepEqual(events, ['closed']);
  });
});

suite('depth', () => {
  const step = fc.oneof(
    fc.record({ send: fc.integer() }),
    fc.record({ throw: fc.constantFrom('caught', 'fatal') }),
    fc.constant({ close: true as const }),
  );

  const leaf = coroutine(function* (): Generator<unknown, unknown, unknown> {
    let n = 0;
    for (;;) {
      try {
        const got = yield n++;
        if (got === 7) return `returned after ${n}`;
      } catch (error) {
        if (!(error instanceof Error) || error.message !== 'caught') throw error;
      }
    }
  });

  function nested(depth: number): Body {
    if (depth === 0) return leaf();
    return coroutine(function* (): Generator<unknown, unknown, unknown> {
      return yield* nested(depth - 1);
    })();
  }

  function outcome(act: () => unknown): unknown {
    try {
      return ['value', act()];
    } catch (error) {
      if (error instanceof StopIteration) return ['stop', error.value];
      return ['error', error instanceof GeneratorExit ? 'exit' : (error as Error).message];
    }
  }

  test('however deep the delegation, the caller sees what the innermost one does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(step, { maxLength: 12 }),
        (depth, steps) => {
          const [flat, deep] = [nested(0), nested(depth)];
          assert.deepEqual(flat.next(), deep.next());
          for (const one of steps) {
            const act = (body: Body) => (): unknown => {
              if ('send' in one) return body.send(one.send);
              if ('throw' in one) return body.throw(new Error(one.throw));
              return body.close();
            };
            assert.deepEqual(outcome(act(deep)), outcome(act(flat)));
            assert.equal(deep.state, flat.state);
          }
        },
      ),
    );
  });
});
