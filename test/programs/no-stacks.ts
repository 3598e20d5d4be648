// Where there are no stacks, what needs none works, and every use of one says
// why there is none and what to do.
//
// argument: what the reason must contain

import assert from 'node:assert/strict';

import * as asyncio from '../../src/public/asyncio.ts';
import { Greenlet } from '../../src/public/greenlet.ts';
import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';
import '../../src/public/index.ts';
import { stackInfo, StacksUnavailableError } from '../../src/stack/engine.ts';
import '../../src/public/testing.ts';

const reason = process.argv[2] ?? 'GREENROOM_STACKS=off';

const info = stackInfo();
assert.equal(info.backend, 'off');
assert.equal(info.stackSize, 0);
assert.ok(info.missing?.includes(reason), info.missing);

// Generators, async functions, tasks, timers and queues on the loop.
const log: string[] = [];
const count = asyncio.coroutine(function* (name: string) {
  for (let i = 0; i < 3; i++) {
    log.push(`${name} ${i}`);
    yield* asyncio.sleep(0);
  }
  return name;
});
assert.deepEqual(
  await asyncio.run(async () => {
    const queue = new asyncio.Queue<string>();
    const taker = asyncio.createTask(async () => `took ${await queue.get()}`);
    const names = await asyncio.gather(count('a'), count('b'));
    await asyncio.sleep(1);
    await queue.put('it');
    return [...names, await taker];
  }),
  ['a', 'b', 'took it'],
);
assert.deepEqual(log, ['a 0', 'b 0', 'a 1', 'b 1', 'a 2', 'b 2']);

const explains = (error: unknown): boolean =>
  error instanceof StacksUnavailableError &&
  error.code === 'ERR_STACKS_UNAVAILABLE' &&
  error.message.includes(reason) &&
  error.message.includes('`await`') &&
  error.message.includes('greenroom doctor');
assert.throws(() => new Greenlet(() => {}).switch(), explains);
await assert.rejects(async () => main(() => sleep(1)), explains);
await assert.rejects(async () => spawn(() => wait(Promise.resolve())), explains);
console.log('ok');
