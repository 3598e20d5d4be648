import { checkFunction } from '../errors/index.ts';
import { byValue } from './by-value.ts';
import { type Compare, Heap } from './heap.ts';
import { Queue } from './queue.ts';

/**
 * A queue whose smallest item comes out first; of equal ones the one that was put in first. What can be compared
 * with `<`, and arrays of such, needs no `compare`. Semantics: asyncio's `PriorityQueue`.
 *
 * @example
 * const jobs = new PriorityQueue<Job>(0, (a, b) => a.urgency - b.urgency)
 */
export class PriorityQueue<T = unknown> extends Queue<T> {
  /** @throws InvalidArgumentError if `maxsize` is not a number or `compare` not a function */
  constructor(maxsize: number = 0, compare: Compare<T> = byValue) {
    checkFunction(compare, 'compare');
    super(maxsize, new Heap(compare));
  }
}
