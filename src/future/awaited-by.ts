import type { Future } from './future.ts';

/** Who waits, where that changes more often than what is waited for; undefined while nobody does. */
export interface NotedWait {
  readonly waiter: Future | undefined;
}

const awaitedBy = new WeakMap<Future, Set<Future | NotedWait>>();

/** Notes that `waiter` waits for `future`, where that cannot be seen from outside. (asyncio's of the same name.) */
export function futureAddToAwaitedBy(future: Future, waiter: Future): void {
  noteWait(future, waiter);
}

/** Takes back `futureAddToAwaitedBy`. */
export function futureDiscardFromAwaitedBy(future: Future, waiter: Future): void {
  forgetWait(future, waiter);
}

/** Notes that whoever `wait` tells of waits for `future`. */
export function noteWait(future: Future, wait: Future | NotedWait): void {
  const known = awaitedBy.get(future);
  if (known === undefined) awaitedBy.set(future, new Set([wait]));
  else known.add(wait);
}

export function forgetWait(future: Future, wait: Future | NotedWait): void {
  awaitedBy.get(future)?.delete(wait);
}

/** Those that were noted to wait for `future`, and still do. */
export function notedWaiters(future: Future): Future[] {
  const waiters: Future[] = [];
  for (const wait of awaitedBy.get(future) ?? []) {
    const waiter = 'waiter' in wait ? wait.waiter : wait;
    if (waiter !== undefined) waiters.push(waiter);
  }
  return waiters;
}
