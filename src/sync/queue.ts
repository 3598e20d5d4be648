import { describe, InvalidArgumentError, InvalidStateError } from '../errors/index.ts';
import { WaitQueue } from '../future/index.ts';
import { wait } from '../hub/index.ts';
import { forCaller, operation, type Operation } from '../task/index.ts';
import { Fifo } from './fifo.ts';
import type { ItemStore } from './item-store.ts';
import { QueueEmpty, QueueFull, QueueShutDown } from './queue-errors.ts';
import type { SignalOptions } from './signal-options.ts';

/**
 * Hands items from those who `put` to those who `get`, in order, each to one. Semantics: asyncio's `Queue`, as of
 * Python 3.13.
 *
 * `get` and `put` do not stand in line, as asyncio's do not: whoever comes while an item is there takes it, though
 * another one was woken for it and is about to run. That one then waits again, behind all others. So those who wait
 * are served in order, and a newcomer never waits for one that is slow to wake up; but under steady pressure from
 * newcomers one who waits may wait for long.
 *
 * Invariants:
 * - Each item that comes calls one of those who wait in `get`, if somebody does. As many as could have an item have
 *   been called, or do not wait: one who was called and leaves with an error calls the next, if there is an item; one
 *   who finds none has nothing to pass on. The same holds for free places and those who wait in `put`.
 * - After `shutdown` nobody waits: all were called, and whoever goes on or comes finds out.
 * - An item is taken, or put in, in the very step in which `get` or `put` returns: a wait that fails has moved
 *   nothing.
 *
 * @example
 * const queue = new Queue<string>(10)
 * await queue.put('cue')
 * const cue = await queue.get()
 * wait(queue.put('cue')) // in a greenlet; without wait() nothing happens, as without await
 * const cue = wait(queue.get())
 *
 * for await (const item of queue) … // in an async function, until the queue is shut down
 * for (const item of queue) … // in a greenlet
 * for (let step; !(step = yield* queue.next()).done; ) … // in a generator; the item is step.value
 */
export class Queue<T = unknown> {
  readonly #maxsize: number;
  readonly #items: ItemStore<T>;
  readonly #getters = new WaitQueue('an item of a queue', () => {
    if (this.#items.length > 0) this.#getters.wakeOne();
  });
  readonly #putters = new WaitQueue('a place in a queue', () => {
    if (!this.full()) this.#putters.wakeOne();
  });
  #unfinished = 0;
  readonly #joiners = new WaitQueue('the end of all work on a queue');
  #isShutDown = false;

  /**
   * @param maxsize how many items it holds before `put` waits; 0 or less: any number
   * @param items where they are kept, if not first in, first out
   * @throws InvalidArgumentError if `maxsize` is not a number
   */
  constructor(maxsize: number = 0, items: ItemStore<T> = new Fifo<T>()) {
    if (typeof maxsize !== 'number' || Number.isNaN(maxsize)) {
      throw new InvalidArgumentError(
        `Expected \`maxsize\` to be a number, got ${describe(maxsize)}; 0 means no limit`,
      );
    }
    this.#maxsize = maxsize;
    this.#items = items;
  }

  /** How many items it holds before `put` waits; no limit if 0 or less. */
  get maxsize(): number {
    return this.#maxsize;
  }

  /** How many items are there. */
  qsize(): number {
    return this.#items.length;
  }

  empty(): boolean {
    return this.#items.length === 0;
  }

  /** Whether there are `maxsize` items. */
  full(): boolean {
    return this.#maxsize > 0 && this.#items.length >= this.#maxsize;
  }

  /**
   * Takes the next item, or waits for one. Does not yield to others if one is there.
   *
   * @throws QueueShutDown if the queue was shut down and nothing is left
   */
  get(options?: SignalOptions): Operation<T> {
    return forCaller(Queue.#get.call(this, options?.signal) as Operation<T>);
  }

  /**
   * Puts an item in, or waits for a place. Does not yield to others if there is one.
   *
   * @throws QueueShutDown if the queue was shut down
   */
  put(item: T, options?: SignalOptions): Operation<void> {
    return forCaller(Queue.#put.call(this, item, options?.signal));
  }

  /**
   * Takes the next item, without waiting.
   *
   * @throws QueueEmpty if there is none; QueueShutDown if there is none and the queue was shut down
   */
  getNowait(): T {
    if (this.#items.length === 0) throw this.#isShutDown ? new QueueShutDown() : new QueueEmpty();
    const item = this.#items.take();
    this.#putters.wakeOne();
    return item;
  }

  /**
   * Puts an item in, without waiting.
   *
   * @throws QueueFull if there is no place; QueueShutDown if the queue was shut down
   */
  putNowait(item: T): void {
    if (this.#isShutDown) throw new QueueShutDown();
    if (this.full()) throw new QueueFull();
    this.#items.add(item);
    this.#unfinished++;
    this.#getters.wakeOne();
  }

  /**
   * As `get`, as a step of an iteration: `{ done: false, value: item }`, or `{ done: true }` when the queue is shut
   * down and nothing is left.
   */
  next(options?: SignalOptions): Operation<IteratorResult<T, undefined>> {
    return forCaller(
      Queue.#next.call(this, options?.signal) as Operation<IteratorResult<T, undefined>>,
    );
  }

  /** For `for await`: item after item, until the queue is shut down. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (let step = await this.next(); step.done !== true; step = await this.next())
      yield step.value;
  }

  /**
   * For `for…of` in a greenlet: item after item, until the queue is shut down.
   *
   * @throws BlockingSwitchOutError outside of greenlets
   */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let step = wait(this.next()); step.done !== true; step = wait(this.next()))
      yield step.value;
  }

  /**
   * Says that an item that was taken has been dealt with; `join` counts.
   *
   * @throws InvalidStateError if called more often than items were put in
   */
  taskDone(): void {
    if (this.#unfinished === 0) {
      throw new InvalidStateError(
        'Cannot call `taskDone` more often than items were put in; call it once for each item',
      );
    }
    if (--this.#unfinished === 0) this.#joiners.wakeAll();
  }

  /** Waits until `taskDone` was called for every item that was put in. */
  join(options?: SignalOptions): Operation<void> {
    return forCaller(Queue.#join.call(this, options?.signal));
  }

  /**
   * Ends it: `put` fails from now on, also for those who wait in it; what is there can still be taken, then `get`
   * fails, too. If `immediate`, what is there is thrown away and counts as dealt with.
   */
  shutdown(immediate: boolean = false): void {
    this.#isShutDown = true;
    if (immediate) {
      for (; this.#items.length > 0; this.#items.take())
        if (this.#unfinished > 0) this.#unfinished--;
      if (this.#unfinished === 0) this.#joiners.wakeAll();
    }
    this.#getters.wakeAll();
    this.#putters.wakeAll();
  }

  static readonly #get = operation(function* (this: Queue, signal: AbortSignal | undefined) {
    signal?.throwIfAborted();
    while (this.#items.length === 0) {
      if (this.#isShutDown) throw new QueueShutDown();
      yield* this.#getters.wait(signal);
    }
    return this.getNowait();
  });

  static readonly #put = operation(function* (
    this: Queue,
    item: unknown,
    signal: AbortSignal | undefined,
  ) {
    signal?.throwIfAborted();
    while (this.full()) {
      if (this.#isShutDown) throw new QueueShutDown();
      yield* this.#putters.wait(signal);
    }
    this.putNowait(item);
  });

  static readonly #next = operation(function* (this: Queue, signal: AbortSignal | undefined) {
    try {
      return { done: false, value: yield* Queue.#get.call(this, signal) };
    } catch (error) {
      if (error instanceof QueueShutDown) return { done: true, value: undefined };
      throw error;
    }
  });

  static readonly #join = operation(function* (this: Queue, signal: AbortSignal | undefined) {
    signal?.throwIfAborted();
    if (this.#unfinished === 0) return;
    yield* this.#joiners.wait(signal);
  });
}
