// asyncio as it is today: coroutines are async functions, and wait with `await`.
import { threadId, isMainThread } from 'node:worker_threads';
import * as asyncio from 'greenroom/asyncio';

const thread = isMainThread ? 'MainThread' : `Thread-${threadId}`;

async function hello(): Promise<void> {
  console.log(`Hello world! (${thread})`);
  await asyncio.sleep(1000);
  console.log(`Hello again! (${thread})`);
}

const loop = asyncio.getEventLoop();
const tasks = [hello(), hello()];
await loop.runUntilComplete(asyncio.wait(tasks));
loop.close();
