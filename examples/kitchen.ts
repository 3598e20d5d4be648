// greenroom run examples/kitchen.ts
//
// One queue, one pair of stoves and one event, used in all three styles at once. Orders come from a generator; the
// cooks are an async function, a generator and a greenlet. When the orders end, the queue is shut down, and each
// cook's loop comes to its end.

import { Event, Queue, Semaphore, sleep, spawn, wait } from 'greenroom';
import { createTask, gather, sleep as pause } from 'greenroom/asyncio';

const orders = new Queue<string>(2); // whoever takes orders waits while two are open
const stoves = new Semaphore(2);
const open = new Event();

function* waiter(): Generator<unknown, void, unknown> {
  yield* open.wait();
  for (const dish of ['soup', 'pasta', 'fish', 'risotto', 'stew', 'crumble', 'tart']) {
    yield* orders.put(dish);
    console.log(`ordered: ${dish}`);
  }
  orders.shutdown();
}

async function asyncCook(): Promise<string> {
  const cooked: string[] = [];
  for await (const dish of orders) {
    const stove = await stoves.hold();
    await pause(30);
    stove.release(); // from Node 24 on, `using stove = await stoves.hold()` does that
    cooked.push(dish);
  }
  return `the async cook: ${cooked.join(', ')}`;
}

function* generatorCook(): Generator<unknown, string, unknown> {
  const cooked: string[] = [];
  for (let order; !(order = yield* orders.next()).done;) {
    const stove = yield* stoves.hold();
    yield* pause(30);
    stove.release();
    cooked.push(order.value);
  }
  return `the generator cook: ${cooked.join(', ')}`;
}

function greenletCook(): string {
  const cooked: string[] = [];
  for (const dish of orders) {
    const stove = wait(stoves.hold());
    sleep(30);
    stove.release();
    cooked.push(dish);
  }
  return `the greenlet cook: ${cooked.join(', ')}`;
}

createTask(waiter());
const cooks = gather(createTask(asyncCook), createTask(generatorCook()), spawn(greenletCook));
open.set();
for (const line of wait(cooks)) console.log(line);
