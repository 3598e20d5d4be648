import type { Future } from './future.ts';

const awaitedBy = new WeakMap<Future, Set<Future>>();

/** Notes that `waiter` waits for `future`, where that cannot be seen from outside. (asyncio's of the same name.) */
export function futureAddToAwaitedBy(future: Future, waiter: Future): void {
  const known = awaitedBy.get(future);
  if (known === undefined) awaitedBy.set(future, new Set([waiter]));
  else known.add(waiter);
}

/** Takes back `futureAddToAwaitedBy`. */
export function futureDiscardFromAwaitedBy(future: Future, waiter: Future): void {
  awaitedBy.get(future)?.delete(waiter);
}

/** Those that were noted to wait for `future`. */
export function notedWaiters(future: Future): Iterable<Future> {
  return awaitedBy.get(future) ?? [];
}
