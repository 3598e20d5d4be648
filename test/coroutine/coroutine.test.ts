import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  Coroutine,
  coroutine,
  CoroutineError,
  GeneratorExit,
  isCoroutine,
  isCoroutineFunction,
  StopIteration,
} from '../../src/public/coroutine.ts';
import { InvalidArgumentError } from '../../src/errors/invalid-argument.ts';

function stopsWith(value: unknown): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof StopIteration);
    assert.equal(error.value, value);
    return true;
  };
}

suite('send', () => {
  test('next runs to the first yield, send resumes with the value', () => {
    const events: unknown[] = [];
    const echo = coroutine(function* (): Generator<string, void, string> {
      events.push('begun');
      events.push(yield 'first');
      events.push(yield 'second');
    })();
    assert.deepEqual(events, []);
    assert.equal(echo.next(), 'first');
    assert.equal(echo.send('a'), 'second');
    assert.throws(() => echo.send('b'), StopIteration);
    assert.deepEqual(events, ['begun', 'a', 'b']);
  });

  test('StopIteration carries what the body returned; afterwards it is thrown every time, without a value', () => {
    const one = coroutine(function* () {
      yield 1;
      return 'result';
    })();
    one.next();
    assert.throws(() => one.next(), stopsWith('result'));
    assert.throws(() => one.next(), stopsWith(undefined));
    assert.throws(() => one.send('late'), stopsWith(undefined));
  });

  test('the first send takes no value, as no yield waits for one; the coroutine can still be started', () => {
    const echo = coroutine(function* (): Generator<string, void, number> {
      yield 'started';
    })();
    assert.throws(
      () => echo.send(5),
      (error) =>
        error instanceof InvalidArgumentError &&
        /got 5; start it with `next\(\)`/.test(error.message),
    );
    assert.equal(echo.state, 'created');
    assert.equal(echo.next(), 'started');
  });

  test('an error of the body passes on and finishes it', () => {
    const failure = new Error('of the body');
    const failing = coroutine(function* () {
      yield 1;
      throw failure;
    })();
    failing.next();
    assert.throws(() => failing.next(), failure);
    assert.equal(failing.state, 'closed');
    assert.throws(() => failing.next(), stopsWith(undefined));
  });

  test('a body that resumes itself is refused, and goes on', () => {
    const selfish: Coroutine<unknown, void, unknown> = coroutine(function* () {
      for (const act of [
        () => selfish.next(),
        () => selfish.throw(new Error('x')),
        () => selfish.close(),
      ]) {
        assert.equal(selfish.state, 'running');
        assert.throws(act, { name: 'CoroutineError', code: 'ERR_COROUTINE_RUNNING' });
      }
      yield 'still here';
    })();
    assert.equal(selfish.next(), 'still here');
  });

  test('a StopIteration that leaves the body is an error and not its end', () => {
    const leaky = coroutine(function* () {
      yield 1;
      coroutine(function* () {})().next();
    })();
    leaky.next();
    assert.throws(
      () => leaky.next(),
      (error) =>
        error instanceof CoroutineError &&
        error.code === 'ERR_STOP_ITERATION_RAISED' &&
        error.cause instanceof StopIteration,
    );
  });
});

suite('throw', () => {
  test('raises at the pause; if the body catches it, the next value comes back', () => {
    const catching = coroutine(function* () {
      try {
        yield 'waiting';
      } catch (error) {
        yield (error as Error).message;
      }
      return undefined;
    })();
    catching.next();
    assert.equal(catching.throw(new Error('caught')), 'caught');
  });

  test('a class is thrown as an instance of it', () => {
    const one = coroutine(function* () {
      yield 1;
    })();
    one.next();
    assert.throws(() => one.throw(RangeError), RangeError);
  });

  test('one that has not started is finished without running a line', () => {
    const events: string[] = [];
    const one = coroutine(function* () {
      events.push('ran');
      yield 1;
    })();
    assert.throws(() => one.throw(new Error('early')), /early/);
    assert.deepEqual(events, []);
    assert.equal(one.state, 'closed');
    assert.throws(() => one.throw(new Error('late')), /late/);
  });

  test('a GeneratorExit that is thrown by hand is an error like others', () => {
    const stubborn = coroutine(function* () {
      try {
        yield 1;
      } catch {
        yield 'stayed';
      }
      return undefined;
    })();
    stubborn.next();
    assert.equal(stubborn.throw(GeneratorExit), 'stayed');
  });
});

suite('close', () => {
  test('runs the finally blocks, innermost first', () => {
    const events: unknown[] = [];
    const tidy = coroutine(function* () {
      try {
        try {
          yield 1;
        } finally {
          events.push('inner');
        }
      } catch (error) {
        events.push((error as Error).name);
        throw error;
      } finally {
        events.push('outer');
      }
    })();
    tidy.next();
    assert.equal(tidy.close(), undefined);
    assert.deepEqual(events, ['inner', 'GeneratorExit', 'outer']);
    assert.equal(tidy.state, 'closed');
  });

  test('returns what the body returns on its way out', () => {
    const one = coroutine(function* () {
      try {
        yield 1;
      } catch {
        return 'bye';
      }
      return 'end';
    })();
    one.next();
    assert.equal(one.close(), 'bye');
    assert.equal(one.close(), undefined);
  });

  test('does nothing to one that has not started, which then never runs', () => {
    const events: string[] = [];
    const one = coroutine(function* () {
      events.push('ran');
      yield 1;
    })();
    one.close();
    assert.throws(() => one.next(), StopIteration);
    assert.deepEqual(events, []);
  });

  test('a body that yields again is told so, and may be closed again', () => {
    let refusals = 1;
    const stubborn = coroutine(function* () {
      for (;;) {
        try {
          yield 'here';
        } catch (error) {
          if (refusals-- === 0) throw error;
        }
      }
    })();
    stubborn.next();
    assert.throws(() => stubborn.close(), {
      code: 'ERR_GENERATOR_EXIT_IGNORED',
      message: /yielded "here"/,
    });
    assert.equal(stubborn.state, 'suspended');
    stubborn.close();
    assert.equal(stubborn.state, 'closed');
  });

  test('other errors of the body pass on', () => {
    const clumsy = coroutine(function* () {
      try {
        yield 1;
      } finally {
        // oxlint-disable-next-line no-unsafe-finally -- the case under test
        throw new RangeError('while tidying up');
      }
    })();
    clumsy.next();
    assert.throws(() => clumsy.close(), /while tidying up/);
  });

  test('a coroutine paused in `yield*` over a list closes without complaint', () => {
    const events: string[] = [];
    const one = coroutine(function* () {
      try {
        yield* [1, 2];
      } finally {
        events.push('finally');
      }
    })();
    one.next();
    one.close();
    assert.deepEqual(events, ['finally']);
  });
});

suite('coroutine objects', () => {
  test('state tells where it stands', () => {
    const states: string[] = [];
    const one: Coroutine = coroutine(function* () {
      states.push(one.state);
      yield 1;
    })();
    states.push(one.state);
    one.next();
    states.push(one.state);
    assert.throws(() => one.next(), StopIteration);
    states.push(one.state);
    assert.deepEqual(states, ['created', 'running', 'suspended', 'closed']);
  });

  test('the decorator keeps name, length, `this` and arguments', () => {
    const counter = {
      start: 10,
      count: coroutine(function* count(
        this: { start: number },
        step: number,
      ): Generator<number, void, unknown> {
        yield this.start + step;
      }),
    };
    assert.equal(counter.count.name, 'count');
    assert.equal(counter.count.length, 1);
    const one = counter.count(5);
    assert.equal(one.name, 'count');
    assert.equal(one.next(), 15);
    assert.ok(isCoroutineFunction(counter.count));
    assert.ok(!isCoroutineFunction(() => 1));
    assert.ok(isCoroutine(one));
    assert.ok(!isCoroutine((function* () {})()));
  });

  test('what is no generator is refused, quoted', () => {
    assert.throws(() => new Coroutine(5 as never), /got 5/);
    assert.throws(() => coroutine((() => 'text') as never)(), /got "text"/);
    assert.throws(() => coroutine('text' as never), /got "text"/);
  });

  test('`for…of` goes through what is yielded, and `break` closes', () => {
    const events: unknown[] = [];
    const numbers = coroutine(function* () {
      try {
        yield 1;
        yield 2;
        yield 3;
      } finally {
        events.push('closed');
      }
    })();
    for (const n of numbers) {
      events.push(n);
      if (n === 2) break;
    }
    assert.deepEqual(events, [1, 2, 'closed']);
  });
});
