// `using` and `await using` as the language has them, from Node 24 on: what a block that is left by an error raises.
import assert from 'node:assert/strict';

import {
  CancelledError,
  createTask,
  ExceptionGroup,
  run,
  sleep,
  TaskGroup,
  timeout,
  TimeoutError,
} from '../../src/public/asyncio.ts';
import { main } from '../../src/hub/main.ts';
import { sleep as pause } from '../../src/hub/sleep.ts';
import { stackInfo } from '../../src/stack/engine.ts';

/** The class itself is not in the types of the language version that the sources are written in. */
interface Suppressed extends Error {
  readonly error: unknown;
  readonly suppressed: unknown;
}

await run(async () => {
  const events: string[] = [];
  {
    await using group = TaskGroup.open();
    for (const name of ['a', 'b']) {
      group.createTask(async () => {
        await sleep(1);
        events.push(name);
      });
    }
    await using limit = timeout(10_000);
    assert.equal(limit.expired(), false);
  }
  assert.deepEqual(events, ['a', 'b']);

  const failing = createTask(async () => {
    await using group = TaskGroup.open();
    group.createTask(async () => {
      await sleep(1);
      throw new RangeError('of a task');
    });
    await sleep(10_000);
  });
  await assert.rejects(Promise.resolve(failing), (raised: Suppressed) => {
    assert.equal(raised.name, 'SuppressedError');
    assert.ok(raised.error instanceof ExceptionGroup);
    assert.ok(raised.suppressed instanceof CancelledError);
    return true;
  });

  const late = createTask(async () => {
    await using _limit = timeout(1);
    await sleep(10_000);
  });
  await assert.rejects(Promise.resolve(late), (raised: Suppressed) => {
    assert.ok(raised.error instanceof TimeoutError);
    assert.ok(raised.suppressed instanceof CancelledError);
    return true;
  });

  const generator = createTask(function* () {
    using _limit = timeout(1);
    yield* sleep(10_000);
  });
  await assert.rejects(
    Promise.resolve(generator),
    (raised: Suppressed) => raised.error instanceof TimeoutError,
  );
});

if (stackInfo().backend !== 'off') {
  const raised = await main(() => {
    using _limit = timeout(1);
    pause(10_000);
  }).catch((error: unknown) => error as Suppressed);
  assert.ok(raised?.error instanceof TimeoutError);
}

console.log('ok');
