import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { sleep } from '../../src/public/asyncio.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { InvalidStateError } from '../../src/errors/invalid-state-error.ts';
import { BlockingSwitchOutError } from '../../src/hub/blocking-switch-out-error.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { Queue, QueueEmpty, QueueFull, QueueShutDown } from '../../src/public/sync.ts';
import { Task } from '../../src/task/task.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { rejects } from '../task/rejects.ts';
import { type Actor, inEachStyle, type Stage, styles } from './three-styles.ts';

function getter(stage: Stage, queue: Queue<unknown>, name: string): Actor {
  return stage.enter(function* () {
    stage.events.push(`${name} got ${yield queue.get()}`);
  });
}

function putter(stage: Stage, queue: Queue<unknown>, item: unknown): Actor {
  return stage.enter(function* () {
    yield queue.put(item);
    stage.events.push(`put ${item as string}`);
  });
}

suite('a queue', () => {
  inEachStyle('hands items on in order, each to one, and holds up who is ahead', async (stage) => {
    const queue = new Queue<number>(2);
    stage.enter(function* () {
      for (let i = 0; i < 5; i++) {
        yield queue.put(i);
        stage.events.push(`put ${i}`);
      }
    });
    stage.enter(function* () {
      for (let i = 0; i < 5; i++) stage.events.push(`got ${yield queue.get()}`);
    });
    await stage.exeunt();
    assert.deepEqual(
      stage.events.filter((event) => (event as string).startsWith('got')),
      [0, 1, 2, 3, 4].map((i) => `got ${i}`),
    );
    assert.deepEqual(stage.events.slice(0, 4), ['put 0', 'put 1', 'got 0', 'got 1']);
    assert.deepEqual([queue.qsize(), queue.empty(), queue.full()], [0, true, false]);
  });

  inEachStyle('does not yield to others where it need not wait', async (stage) => {
    const queue = new Queue<string>();
    stage.enter(function* () {
      yield queue.put('a');
      yield queue.put('b');
      stage.events.push(yield queue.get(), yield queue.get());
    });
    stage.time.loop.callSoon(() => stage.events.push('another handle'));
    await stage.exeunt();
    assert.deepEqual(stage.events, ['a', 'b', 'another handle']);
  });

  inEachStyle('serves those who wait in the order in which they came', async (stage) => {
    const queue = new Queue<number>();
    for (const name of ['a', 'b', 'c']) getter(stage, queue, name);
    await stage.turns(2);
    for (let i = 0; i < 3; i++) queue.putNowait(i);
    await stage.exeunt();
    assert.deepEqual(stage.events, ['a got 0', 'b got 1', 'c got 2']);
  });

  inEachStyle(
    'who comes while an item is there takes it; who was called waits on',
    async (stage) => {
      const queue = new Queue<number>();
      getter(stage, queue, 'a');
      await stage.turns(2);
      queue.putNowait(0);
      stage.events.push(`newcomer got ${await queue.get()}`);
      await stage.turns(2);
      queue.putNowait(1);
      await stage.exeunt();
      assert.deepEqual(stage.events, ['newcomer got 0', 'a got 1']);
    },
  );

  inEachStyle(
    'who comes while a place is free takes it; who was called waits on',
    async (stage) => {
      const queue = new Queue<string>(1);
      queue.putNowait('first');
      putter(stage, queue, 'a');
      await stage.turns(2);
      assert.equal(queue.getNowait(), 'first');
      await queue.put('newcomer');
      await stage.turns(2);
      assert.deepEqual([stage.events, queue.getNowait()], [[], 'newcomer']);
      await stage.exeunt();
      assert.deepEqual([stage.events, queue.getNowait()], [['put a'], 'a']);
    },
  );

  inEachStyle('one who was called in vain waits again behind the others', async (stage) => {
    const queue = new Queue<number>();
    for (const name of ['a', 'b', 'c']) getter(stage, queue, name);
    await stage.turns(2);
    queue.putNowait(0);
    assert.equal(queue.getNowait(), 0);
    await stage.turns(2);
    for (let i = 1; i < 4; i++) queue.putNowait(i);
    await stage.exeunt();
    assert.deepEqual(stage.events, ['b got 1', 'c got 2', 'a got 3']);
  });

  inEachStyle(
    'each item calls one getter, also if the one before is still on its way',
    async (stage) => {
      const queue = new Queue<number>();
      for (const name of ['a', 'b']) getter(stage, queue, name);
      await stage.turns(2);
      queue.putNowait(0);
      queue.getNowait();
      queue.putNowait(1);
      await stage.turns(2);
      queue.putNowait(2);
      await stage.exeunt();
      assert.deepEqual(stage.events, ['a got 1', 'b got 2']);
    },
  );

  inEachStyle('an item goes to the next if a getter is cancelled on the way', async (stage) => {
    const queue = new Queue<number>();
    const a = getter(stage, queue, 'a');
    getter(stage, queue, 'b');
    await stage.turns(2);
    queue.putNowait(7);
    a.cancel();
    await rejects(a, CancelledError);
    await stage.exeunt();
    assert.deepEqual(stage.events, ['b got 7']);
  });

  inEachStyle('a place goes to the next if a putter is cancelled on the way', async (stage) => {
    const queue = new Queue<string>(1);
    queue.putNowait('first');
    const a = putter(stage, queue, 'a');
    putter(stage, queue, 'b');
    await stage.turns(2);
    assert.equal(queue.getNowait(), 'first');
    a.cancel();
    await rejects(a, CancelledError);
    await stage.exeunt();
    assert.deepEqual(stage.events, ['put b']);
    assert.deepEqual([queue.qsize(), queue.getNowait()], [1, 'b']);
  });

  inEachStyle('an item stays if all who waited for it are cancelled', async (stage) => {
    const queue = new Queue<number>();
    const actors = ['a', 'b'].map((name) => getter(stage, queue, name));
    await stage.turns(2);
    queue.putNowait(7);
    for (const actor of actors) actor.cancel();
    await stage.exeunt();
    assert.deepEqual(stage.events, []);
    assert.equal(await queue.get(), 7);
  });

  inEachStyle('is given up with the reason of an aborted signal', async (stage) => {
    const queue = new Queue<number>(1);
    const controllers = [new AbortController(), new AbortController(), new AbortController()];
    const [gets, puts, joins] = controllers.map(({ signal }) => ({ signal }));
    const actors = [
      stage.enter(function* () {
        yield queue.get(gets);
      }),
    ];
    await stage.turns(2);
    controllers[0]!.abort(new Error('enough'));
    await stage.turns(2);
    queue.putNowait(1);
    actors.push(
      stage.enter(function* () {
        yield queue.put(2, puts);
      }),
      stage.enter(function* () {
        yield queue.join(joins);
      }),
    );
    await stage.turns(2);
    for (const controller of controllers) controller.abort(new Error('enough'));
    for (const actor of actors) await rejects(actor, /enough/);
    assert.equal(queue.qsize(), 1);
  });

  inEachStyle('join waits until every item was dealt with', async (stage) => {
    const queue = new Queue<number>();
    for (let i = 0; i < 3; i++) queue.putNowait(i);
    stage.enter(function* () {
      yield queue.join();
      stage.events.push('joined');
    });
    stage.enter(function* () {
      for (let i = 0; i < 3; i++) {
        yield queue.get();
        yield sleep(0);
        stage.events.push(`done ${i}`);
        queue.taskDone();
      }
    });
    await stage.exeunt();
    assert.deepEqual(stage.events, ['done 0', 'done 1', 'done 2', 'joined']);
    await queue.join();
    assert.throws(() => queue.taskDone(), InvalidStateError);
    assert.throws(() => queue.taskDone(), /once for each item/);
  });

  inEachStyle('`next` is `get` as a step of an iteration', async (stage) => {
    const queue = new Queue<number>();
    stage.enter(function* () {
      let step: IteratorResult<number, undefined>;
      while (!(step = yield queue.next()).done) stage.events.push(step.value);
      stage.events.push(step);
    });
    await stage.turns(2);
    queue.putNowait(1);
    queue.putNowait(2);
    queue.shutdown();
    await stage.exeunt();
    assert.deepEqual(stage.events, [1, 2, { done: true, value: undefined }]);
  });

  test('`for await` goes through it until it is shut down', () =>
    withVirtualTime(async () => {
      const queue = new Queue<number>(1);
      const seen: number[] = [];
      const reader = new Task(async () => {
        for await (const item of queue) seen.push(item);
        return 'at the end';
      });
      for (let i = 0; i < 3; i++) await queue.put(i);
      queue.shutdown();
      assert.equal(await reader, 'at the end');
      assert.deepEqual(seen, [0, 1, 2]);
    }));

  test('leaving a `for await` takes nothing that was not seen', () =>
    withVirtualTime(async () => {
      const queue = new Queue<number>();
      for (let i = 0; i < 3; i++) queue.putNowait(i);
      for await (const item of queue) if (item === 1) break;
      assert.equal(queue.getNowait(), 2);
    }));

  test('a task in a `for await` can be cancelled', () =>
    withVirtualTime(async () => {
      const queue = new Queue<number>();
      const reader = new Task(async () => {
        for await (const _item of queue);
      });
      await sleep(0);
      await sleep(0);
      reader.cancel();
      await rejects(reader, CancelledError);
      queue.putNowait(1);
      assert.equal(queue.qsize(), 1);
    }));

  test('`for…of` waits for items only in a greenlet', () => {
    const queue = new Queue<number>();
    assert.throws(() => {
      for (const _item of queue);
    }, BlockingSwitchOutError);
  });

  if (styles.includes('greenlet')) {
    test('`for…of` goes through it in a greenlet until it is shut down', () =>
      withVirtualTime(async () => {
        const queue = new Queue<number>(1);
        const reader = spawn(() => [...queue]);
        for (let i = 0; i < 3; i++) await queue.put(i);
        queue.shutdown();
        assert.deepEqual(await reader, [0, 1, 2]);
      }));
  }

  test('getNowait and putNowait say what is not possible now', () => {
    const queue = new Queue<number>(1);
    assert.throws(() => queue.getNowait(), QueueEmpty);
    assert.throws(() => queue.getNowait(), { code: 'ERR_QUEUE_EMPTY' });
    queue.putNowait(1);
    assert.throws(() => queue.putNowait(2), QueueFull);
    assert.throws(() => queue.putNowait(2), { code: 'ERR_QUEUE_FULL' });
    assert.deepEqual([queue.qsize(), queue.maxsize, queue.full()], [1, 1, true]);
  });

  test('has no limit for 0, less, or Infinity; a fraction counts as the next number', () => {
    for (const maxsize of [0, -1, Infinity]) {
      const queue = new Queue<number>(maxsize);
      for (let i = 0; i < 100; i++) queue.putNowait(i);
      assert.equal(queue.full(), false);
    }
    const queue = new Queue<number>(1.5);
    queue.putNowait(1);
    queue.putNowait(2);
    assert.throws(() => queue.putNowait(3), QueueFull);
    for (const bad of [NaN, '3', null])
      assert.throws(() => new Queue(bad as number), /`maxsize` to be a number, got/);
  });

  test('an item may be undefined', async () => {
    const queue = new Queue<undefined>();
    queue.putNowait(undefined);
    assert.equal(await queue.get(), undefined);
    assert.equal(queue.empty(), true);
  });
});

suite('a queue that is shut down', () => {
  inEachStyle('can be emptied; then `get` fails, and `put` at once', async (stage) => {
    const queue = new Queue<number>();
    queue.putNowait(1);
    queue.shutdown();
    const reader = stage.enter(function* () {
      stage.events.push(yield queue.get());
      yield queue.get();
    });
    await rejects(reader, { code: 'ERR_QUEUE_SHUT_DOWN' });
    await rejects(putter(stage, queue, 2), QueueShutDown);
    assert.throws(() => queue.putNowait(2), QueueShutDown);
    assert.throws(() => queue.getNowait(), QueueShutDown);
    assert.deepEqual(stage.events, [1]);
  });

  inEachStyle('wakes all who wait in `get`', async (stage) => {
    const queue = new Queue<number>();
    const actors = ['a', 'b', 'c'].map((name) => getter(stage, queue, name));
    await stage.turns(2);
    queue.shutdown();
    for (const actor of actors) await rejects(actor, QueueShutDown);
  });

  inEachStyle('wakes all who wait in `put`, and takes nothing from them', async (stage) => {
    const queue = new Queue<string>(1);
    queue.putNowait('first');
    const actors = ['a', 'b'].map((name) => putter(stage, queue, name));
    await stage.turns(2);
    queue.shutdown();
    for (const actor of actors) await rejects(actor, QueueShutDown);
    assert.deepEqual([queue.getNowait(), queue.qsize()], ['first', 0]);
  });

  inEachStyle('lets those have the items who were called first', async (stage) => {
    const queue = new Queue<number>();
    getter(stage, queue, 'a');
    const b = getter(stage, queue, 'b');
    await stage.turns(2);
    queue.putNowait(1);
    queue.shutdown();
    await rejects(b, QueueShutDown);
    await stage.exeunt();
    assert.deepEqual(stage.events, ['a got 1']);
  });

  inEachStyle('at once throws away what is there, and releases `join`', async (stage) => {
    const queue = new Queue<number>();
    for (let i = 0; i < 3; i++) queue.putNowait(i);
    stage.enter(function* () {
      yield queue.join();
      stage.events.push('joined');
    });
    await stage.turns(2);
    queue.getNowait();
    queue.shutdown(true);
    await stage.turns(2);
    // The one that was taken is still being dealt with.
    assert.deepEqual([queue.qsize(), stage.events], [0, []]);
    queue.taskDone();
    await stage.exeunt();
    assert.deepEqual(stage.events, ['joined']);
    await rejects(queue.get(), QueueShutDown);
  });
});
