import assert from 'node:assert/strict';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { Future } from '../../src/future/future.ts';
import {
  type Lost,
  setUnretrievedHook,
  type UnretrievedHook,
} from '../../src/future/unretrieved.ts';
import { Task } from '../../src/task/task.ts';

let reported: unknown[] = [];
let lost: Lost[] = [];
let previous: UnretrievedHook;

beforeEach(() => {
  reported = [];
  lost = [];
  previous = setUnretrievedHook((error, about) => {
    reported.push(error);
    lost.push(about);
  });
});
afterEach(() => void setUnretrievedHook(previous));

async function collect(): Promise<void> {
  assert.ok(globalThis.gc, 'run through `npm test`, which gives Node --expose-gc');
  for (let i = 0; i < 5; i++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    globalThis.gc();
  }
  await new Promise<void>((resolve) => setImmediate(resolve));
}

suite('an exception that nobody looked at', () => {
  test('is reported when its future is collected', async () => {
    (() => void Future.rejected('lost'))();
    await collect();
    assert.deepEqual(reported, ['lost']);
  });

  test('is reported though its stack leads to the task that it was raised in', async () => {
    (() => {
      new Task(
        function* () {
          throw new RangeError('lost in a generator');
        },
        { name: 'generator' },
      );
      new Task(
        async () => {
          throw new RangeError('lost', { cause: new RangeError('its cause') });
        },
        { name: 'async function' },
      );
    })();
    await collect();
    assert.deepEqual(reported.map((error) => (error as Error).message).toSorted(), [
      'lost',
      'lost in a generator',
    ]);
    assert.deepEqual(
      lost.toSorted((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1)),
      [
        { kind: 'Task', name: 'async function', madeAt: undefined },
        { kind: 'Task', name: 'generator', madeAt: undefined },
      ],
    );
  });

  test('is not reported once it was read, awaited or cancelled away', async () => {
    await (async () => {
      Future.rejected('read').exception();
      assert.throws(() => Future.rejected(new Error('thrown')).result());
      Future.rejected('cancelled').cancel();
      await assert.rejects(async () => await Future.rejected(new Error('awaited')));
    })();
    await collect();
    assert.deepEqual(reported, []);
  });

  test('is not reported while the future is still referenced', async () => {
    const kept = Future.rejected('kept');
    await collect();
    assert.deepEqual(reported, []);
    assert.equal(kept.exception(), 'kept');
  });
});
