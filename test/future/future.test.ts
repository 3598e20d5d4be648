import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { suite, test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { StopIteration } from '../../src/public/coroutine.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { InvalidArgumentError } from '../../src/errors/invalid-argument.ts';
import { InvalidStateError } from '../../src/errors/invalid-state-error.ts';
import { Future } from '../../src/future/future.ts';
import { Handle, Loop, setLoop, VirtualDriver } from '../../src/public/loop.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

function manual(): { loop: Loop; driver: VirtualDriver } {
  const driver = new VirtualDriver({ automatic: false });
  return { loop: new Loop(driver), driver };
}

class Waiter extends Handle {
  readonly #onRun: () => void;

  constructor(onRun: () => void) {
    super();
    this.#onRun = onRun;
  }

  override run(): void {
    this.#onRun();
  }
}

suite('a future', () => {
  test('shows its state, and its value to console.log, which does not count as looking', () => {
    const { loop } = manual();
    const futures = [0, 1, 2, 3].map(() => new Future<unknown>(loop));
    futures[1]!.setResult({ a: 'b' });
    futures[2]!.setException(new RangeError('far'));
    futures[3]!.cancel();
    assert.deepEqual(futures.map(String), [
      '<Future pending>',
      '<Future finished>',
      '<Future failed>',
      '<Future cancelled>',
    ]);
    assert.deepEqual(
      futures.map((future) => inspect(future)),
      [
        '<Future pending>',
        "<Future finished: { a: 'b' }>",
        '<Future failed: RangeError: far>',
        '<Future cancelled>',
      ],
    );
    futures[2]!.exception();
  });

  test('is pending, then finished, once', () => {
    const future = new Future<number>(manual().loop);
    assert.deepEqual([future.done(), future.cancelled()], [false, false]);
    future.setResult(1);
    assert.deepEqual([future.done(), future.cancelled()], [true, false]);
    assert.equal(future.result(), 1);
    assert.equal(future.exception(), undefined);
    assert.throws(() => future.setResult(2), InvalidStateError);
    assert.throws(() => future.setException(new Error('late')), InvalidStateError);
    assert.equal(future.cancel(), false);
    assert.equal(future.result(), 1);
  });

  test('that failed throws the exception that was set', () => {
    const future = new Future(manual().loop);
    const error = new Error('oops');
    future.setException(error);
    assert.equal(future.exception(), error);
    assert.throws(() => future.result(), error);
    assert.throws(() => future.setResult(1), /already has failed/);
  });

  test('makes an instance of a class of errors', () => {
    const future = new Future(manual().loop);
    future.setException(RangeError);
    assert.ok(future.exception() instanceof RangeError);
  });

  test('does not fail with a StopIteration: that is the cause of an error which says so', () => {
    const { loop } = manual();
    class Mine extends StopIteration {}
    for (const given of [new StopIteration('value'), new Mine(), StopIteration, Mine]) {
      const future = new Future(loop);
      future.setException(given);
      const error = future.exception() as InvalidArgumentError;
      assert.ok(error instanceof InvalidArgumentError);
      assert.match(error.message, /^StopIteration .* cannot be raised into a Future/);
      if (typeof given === 'function') assert.ok(error.cause instanceof given);
      else assert.equal(error.cause, given);
    }
  });

  test('that was cancelled raises CancelledError with the message of the cancellation', () => {
    const future = new Future(manual().loop);
    assert.equal(future.cancel('no longer needed'), true);
    assert.equal(future.cancel(), false);
    assert.equal(future.cancelled(), true);
    assert.throws(() => future.result(), { name: 'CancelledError', message: 'no longer needed' });
    assert.throws(() => future.exception(), CancelledError);
    assert.throws(() => future.setResult(1), /was cancelled/);
  });

  test('says that it has no result yet, and how to wait for it', () => {
    const future = new Future(manual().loop);
    assert.throws(() => future.result(), {
      code: 'ERR_INVALID_STATE',
      message: /no result yet.*await/,
    });
    assert.throws(() => future.exception(), InvalidStateError);
  });

  test('is made done by `resolved` and `rejected`', () => {
    assert.equal(Future.resolved(1).result(), 1);
    const rejected = Future.rejected(new Error('oops'));
    assert.throws(() => rejected.result(), /oops/);
  });
});

suite('those who wait for a future', () => {
  test('are called in order of registration, in a turn of the loop, each time with the future', () => {
    const { loop, driver } = manual();
    const future = new Future<number>(loop);
    const events: string[] = [];
    future.addDoneCallback((f) => events.push(`first ${f.result()}`));
    future.addWaiter(new Waiter(() => events.push('second')));
    future.addDoneCallback((f) => events.push(`third ${f === future}`));
    future.setResult(1);
    events.push('set');
    driver.drain();
    assert.deepEqual(events, ['set', 'first 1', 'second', 'third true']);
  });

  test('are called in a later turn also when the future is done already', () => {
    const { loop, driver } = manual();
    const events: string[] = [];
    const future = new Future<void>(loop);
    future.setResult();
    future.addDoneCallback(() => events.push('called'));
    events.push('added');
    driver.drain();
    assert.deepEqual(events, ['added', 'called']);
  });

  test('are called although another one throws', () => {
    const { loop, driver } = manual();
    const events: unknown[] = [];
    loop.onError = (error) => events.push((error as Error).message);
    const future = new Future<void>(loop);
    future.addDoneCallback(() => {
      throw new Error('oops');
    });
    future.addDoneCallback(() => events.push('second'));
    future.setResult();
    driver.drain();
    assert.deepEqual(events, ['oops', 'second']);
  });

  test('can be taken back: every registration of a callback, or one waiter', () => {
    const { loop, driver } = manual();
    const future = new Future<void>(loop);
    const events: string[] = [];
    const twice = (): void => void events.push('twice');
    const waiter = new Waiter(() => events.push('waiter'));
    future.addDoneCallback(twice);
    future.addDoneCallback(() => events.push('once'));
    future.addDoneCallback(twice);
    future.addWaiter(waiter);
    assert.equal(future.removeDoneCallback(twice), 2);
    assert.equal(future.removeDoneCallback(twice), 0);
    assert.equal(future.removeWaiter(waiter), true);
    assert.equal(future.removeWaiter(waiter), false);
    future.setResult();
    driver.drain();
    assert.deepEqual(events, ['once']);
  });

  test('are called as a list would have it, however they are added and removed', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ add: fc.boolean(), n: fc.nat(9) })), (steps) => {
        const { loop, driver } = manual();
        const future = new Future<void>(loop);
        const called: number[] = [];
        const handles = Array.from({ length: 10 }, (_, n) => new Waiter(() => called.push(n)));
        const model: number[] = [];
        for (const { add, n } of steps) {
          if (add) {
            future.addWaiter(handles[n]!);
            model.push(n);
          } else {
            const index = model.indexOf(n);
            if (index >= 0) model.splice(index, 1);
            assert.equal(future.removeWaiter(handles[n]!), index >= 0);
          }
        }
        future.setResult();
        driver.drain();
        assert.deepEqual(called, model);
      }),
    );
  });

  test('are called in the async context they gave', () => {
    const { loop, driver } = manual();
    const storage = new AsyncLocalStorage<string>();
    const future = new Future<void>(loop);
    const seen: unknown[] = [];
    const context = storage.run('mine', () => AsyncLocalStorage.snapshot());
    future.addDoneCallback((f) => seen.push(storage.getStore(), f === future), context);
    future.setResult();
    driver.drain();
    assert.deepEqual(seen, ['mine', true]);
  });

  test('must be functions', () => {
    const future = new Future(manual().loop);
    assert.throws(() => future.addDoneCallback(7 as unknown as () => void), {
      constructor: InvalidArgumentError,
      message: 'Expected `fn` to be a function, got 7',
    });
  });
});

suite('await future', () => {
  test('gives the result, the exception or CancelledError', () =>
    withVirtualTime(async ({ loop }) => {
      const [finished, failed, cancelled] = [new Future<number>(), new Future(), new Future()];
      loop.callLater(10, () => finished.setResult(1));
      loop.callLater(20, () => failed.setException(new Error('oops')));
      loop.callLater(30, () => cancelled.cancel('enough'));
      assert.equal(await finished, 1);
      await assert.rejects(async () => await failed, /oops/);
      await assert.rejects(async () => await cancelled, {
        name: 'CancelledError',
        message: 'enough',
      });
      assert.equal(await finished, 1);
      await assert.rejects(failed.then(), /oops/);
      assert.equal(loop.time(), 30);
    }));

  test('works as then, catch and finally of a promise do', () =>
    withVirtualTime(async () => {
      const events: unknown[] = [];
      assert.equal(await Future.resolved(1).then((n) => n + 1), 2);
      assert.equal(
        await Future.rejected(new Error('oops')).catch((e) => (e as Error).message),
        'oops',
      );
      assert.equal(await Future.resolved('kept').finally(() => events.push('finally')), 'kept');
      assert.deepEqual(await Promise.all([Future.resolved(1), Future.resolved(2)]), [1, 2]);
      assert.deepEqual(events, ['finally']);
    }));

  test('that failed on a done future does so without a turn of the loop', async () => {
    const { loop } = manual();
    const future = new Future(loop);
    future.setException(new Error('oops'));
    await assert.rejects(async () => await future, /oops/);
  });
});

suite('yield* future', () => {
  function* wait<T>(future: Future<T>): Generator<Future<T>, T, unknown> {
    return yield* future;
  }

  test('yields the future while it is pending, then returns its result', () => {
    const future = new Future<number>(manual().loop);
    const generator = wait(future);
    const { done, value } = generator.next();
    assert.deepEqual([done, value], [false, future]);
    future.setResult(1);
    assert.deepEqual(generator.next(), { done: true, value: 1 });
  });

  test('does not yield for a future that is done', () => {
    assert.deepEqual(wait(Future.resolved(1)).next(), { done: true, value: 1 });
    assert.throws(() => wait(Future.rejected(new Error('oops'))).next(), /oops/);
  });

  test('throws what the future failed with, or what is thrown in', () => {
    const future = new Future<number>(manual().loop);
    const [one, other] = [wait(future), wait(future)];
    one.next();
    other.next();
    assert.throws(() => one.throw(new Error('thrown in')), /thrown in/);
    future.setException(new Error('oops'));
    assert.throws(() => other.next(), /oops/);
  });

  test('refuses to be resumed by someone who did not wait', () => {
    const generator = wait(new Future<number>(manual().loop));
    generator.next();
    assert.throws(() => generator.next(), {
      code: 'ERR_INVALID_STATE',
      message: /before the future was done/,
    });
  });

  test('runs the finally blocks of a generator that is closed while it waits', () => {
    const events: string[] = [];
    function* waits(): Generator<Future<void>, void, unknown> {
      try {
        yield* new Future<void>(manual().loop);
      } finally {
        events.push('cleaned up');
      }
    }
    const generator = waits();
    generator.next();
    assert.deepEqual(generator.return(), { done: true, value: undefined });
    assert.deepEqual(events, ['cleaned up']);
  });
});

test('a future stays with the loop it was made on', () => {
  const { loop, driver } = manual();
  const previous = setLoop(loop);
  const future = new Future<void>();
  setLoop(previous);
  let called = false;
  future.addDoneCallback(() => (called = true));
  future.setResult();
  driver.drain();
  assert.equal(future.loop, loop);
  assert.equal(called, true);
});
