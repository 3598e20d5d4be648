import assert from 'node:assert/strict';
import { suite } from 'node:test';

import {
  CancelledError,
  coroutine,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  Future,
  moveOnAfter,
  sleep,
  wait,
} from '../../src/public/asyncio.ts';
import { caught, inEachStyle } from './styles.ts';

suite('wait, from every style', () => {
  inEachStyle('takes anything that can be waited for, of any style', function* ({ start, now }) {
    const work = coroutine(function* () {
      yield* sleep(10);
      return 'coroutine';
    });
    const task = start(function* () {
      yield sleep(20);
      return 'task';
    });
    const [done, pending] = yield wait<unknown>([
      work(),
      task,
      Promise.resolve('promise'),
      sleep(5, 'operation'),
      (async () => 'async')(),
    ]);
    assert.equal(pending.size, 0);
    assert.deepEqual(
      Array.from(done as Set<Future>, (future) => future.result()),
      ['coroutine', 'task', 'promise', 'operation', 'async'],
    );
    assert.ok(done.has(task));
    assert.equal(now(), 20);
  });

  inEachStyle('of futures that are done takes one turn', function* ({ now }) {
    const futures = [Future.resolved(1), Future.rejected(new RangeError('failed'))];
    const [done, pending] = yield wait(futures);
    assert.deepEqual([done, pending], [new Set(futures), new Set()]);
    assert.equal(now(), 0);
    futures[1]?.exception();
  });

  inEachStyle('cancelled, or in a scope that is, it leaves all alone', function* (stage) {
    const { start, fn } = stage;
    const inner = start(function* () {
      yield sleep(100);
      return 'inner';
    });
    const outer = start(function* () {
      yield wait([inner]);
    });
    const body = fn(function* () {
      yield wait([inner], { timeout: 5000 });
    });
    assert.equal(yield moveOnAfter(10, body), undefined);
    outer.cancel();
    assert.ok((yield* caught(outer)) instanceof CancelledError);
    assert.equal(yield inner, 'inner');
    assert.equal(stage.now(), 100);
  });

  for (const first of ['result', 'cancel'] as const) {
    inEachStyle(`a result and a cancel in one turn, the ${first} first`, function* ({ start }) {
      const future = new Future<string>();
      const outer = start(function* () {
        yield wait([future]);
      });
      yield sleep(1);
      if (first === 'result') future.setResult('result');
      outer.cancel();
      if (first === 'cancel') future.setResult('result');
      assert.ok((yield* caught(outer)) instanceof CancelledError);
      assert.equal(future.result(), 'result');
    });
  }

  inEachStyle('a result at the moment when the time is over counts', function* ({ loop }) {
    const [one, two] = [new Future<string>(), new Future<string>()];
    loop.callLater(10, () => one.setResult('just in time'));
    const [done, pending] = yield wait([one, two], { timeout: 10 });
    assert.deepEqual([done, pending], [new Set([one]), new Set([two])]);
  });

  inEachStyle('a signal ends it, and nothing else', function* ({ loop, start }) {
    const controller = new AbortController();
    const { signal } = controller;
    loop.callLater(10, () => controller.abort('enough'));
    const inner = start(function* () {
      yield sleep(100);
      return 'inner';
    });
    assert.equal(yield* caught(wait([inner], { signal })), 'enough');
    assert.equal(yield inner, 'inner');
    assert.equal(yield* caught(wait([inner], { signal })), 'enough');
  });

  inEachStyle('may be begun again with what is pending', function* ({ start }) {
    const names: string[] = [];
    let pending: Set<Future> = new Set(
      [30, 10, 20].map((ms) =>
        start(function* () {
          yield sleep(ms);
          return String(ms);
        }),
      ),
    );
    while (pending.size > 0) {
      const sets: [Set<Future>, Set<Future>] = yield wait(pending, {
        returnWhen: FIRST_COMPLETED,
      });
      for (const future of sets[0]) names.push(future.result() as string);
      pending = sets[1];
    }
    assert.deepEqual(names, ['10', '20', '30']);
  });

  inEachStyle('with FIRST_EXCEPTION, and none, it is for all', function* ({ now }) {
    const [done] = yield wait([sleep(10), sleep(20)], { returnWhen: FIRST_EXCEPTION });
    assert.equal(done.size, 2);
    assert.equal(now(), 20);
  });
});
