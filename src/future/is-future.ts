import { Future } from './future.ts';

/**
 * Whether `value` is a Future: a Task, a spawned greenlet and what `gather` returns are such, too; promises,
 * operations and coroutines are not. asyncio's `isfuture`.
 *
 * @example
 * isFuture(createTask(work)) // true
 * isFuture(Promise.resolve()) // false
 */
export function isFuture(value: unknown): value is Future {
  return value instanceof Future;
}
