import type { ItemStore } from './item-store.ts';
import { Queue } from './queue.ts';

/** A queue whose last item comes out first. Semantics: asyncio's `LifoQueue`. */
export class LifoQueue<T = unknown> extends Queue<T> {
  /** @throws InvalidArgumentError if `maxsize` is not a number */
  constructor(maxsize: number = 0) {
    super(maxsize, new Stack<T>());
  }
}

class Stack<T> implements ItemStore<T> {
  readonly #items: T[] = [];

  get length(): number {
    return this.#items.length;
  }

  add(item: T): void {
    this.#items.push(item);
  }

  take(): T {
    return this.#items.pop() as T;
  }
}
