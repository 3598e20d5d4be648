// asyncio as it first was: coroutines are decorated generators, and wait with `yield*`.
import { threadId, isMainThread } from 'node:worker_threads';
import * as asyncio from 'greenroom/asyncio';

const thread = isMainThread ? 'MainThread' : `Thread-${threadId}`;

const hello = asyncio.coroutine(function* () {
  console.log(`Hello world! (${thread})`);
  yield* asyncio.sleep(1000);
  console.log(`Hello again! (${thread})`);
});

const loop = asyncio.getEventLoop();
const tasks = [hello(), hello()];
await loop.runUntilComplete(asyncio.wait(tasks));
loop.close();
