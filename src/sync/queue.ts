import { describe, InvalidArgumentError, InvalidStateError } from '../errors/index.ts';
import { WaitQueue } from '../future/index.ts';
import { wait } from '../hub/index.ts';
import { type Operation, operation } from '../task/index.ts';
import { Fifo } from './fifo.ts';
import type { ItemStore } from './item-store.ts';
import { QueueEmpty, QueueFull, QueueShutDown } from './queue-errors.ts';
import type { SignalOptions } from './signal-options.ts';

/**
 * Hands items from those who `put` to those who `get`, in order, each to one. Semantics: asyncio's `Queue`, as of
 * Python 3.13.
 *
 * One thing is stricter. In asyncio a `get` takes an item that is there, though another one was woken for it and is
 * about to run; that one then waits again, behind all others. Here `get` and `put` stand in line: they wait if others
 * came first. Only `getNowait` and `putNowait`, which cannot wait, overtake, and whoever was called in vain because of
 * them waits on in its old place.
 *
 * Invariants:
 * - If there are items and somebody waits in `get`, somebody has been called for it and has not gone on yet; when it
 *   does, with an item or with an error, it calls as many as there are items for. The same holds for free places and
 *   those who wait in `put`.
 * - After `shutdown` nobody waits unless somebody was called before it and has not gone on yet.
 * - An item is taken, or put in, in the very step in which `get` or `put` returns: a wait that fails has moved
 *   nothing.
 *
 * @example
 * const queue = new Queue<string>(10)
 * await queue.put('cue')
 * const cue = await queue.get()
 *
 * for await (const item of queue) … // in an async function, until the queue is shut down
 * for (const item of queue) … // in a greenlet
 * for (let step; !(step = yield* queue.next()).done; ) … // in a generator; the item is step.value
 */
export class Queue<T = unknown> {
  readonly #maxsize: number;
  readonly #items: ItemStore<T>;
  readonly #getters = new WaitQueue('an item of a queue');
  readonly #putters = new WaitQueue('a place in a queue');
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
   * Takes the next item, or waits for one. Does not yield to others if one is there and nobody came before.
   *
   * @throws QueueShutDown if the queue was shut down and nothing is left
   */
  get(options?: SignalOptions): Operation<T> {
    return Queue.#get.call(this, options?.signal) as Operation<T>;
  }

  /**
   * Puts an item in, or waits for a place. Does not yield to others if there is one and nobody came before.
   *
   * @throws QueueShutDown if the queue was shut down
   */
  put(item: T, options?: SignalOptions): Operation<void> {
    return Queue.#put.call(this, item, options?.signal);
  }

  /**
   * Takes the next item, without waiting.
   *
   * @throws QueueEmpty if there is none; QueueShutDown if there is none and the queue was shut down
   */
  getNowait(): T {
    if (this.#items.length === 0) throw this.#isShutDown ? new QueueShutDown() : new QueueEmpty();
    const item = this.#items.take();
    this.#callPutters();
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
    this.#callGetters();
  }

  /**
   * As `get`, as a step of an iteration: `{ done: false, value: item }`, or `{ done: true }` when the queue is shut
   * down and nothing is left.
   */
  next(options?: SignalOptions): Operation<IteratorResult<T, undefined>> {
    return Queue.#next.call(this, options?.signal) as Operation<IteratorResult<T, undefined>>;
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
    return Queue.#join.call(this, options?.signal);
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
    this.#callGetters();
    this.#callPutters();
  }

  /** Calls those for whom there is an item; all, if there is no sense in waiting any more. */
  #callGetters(): void {
    const getters = this.#getters;
    while (
      getters.size > 0 &&
      (this.#items.length > getters.called || this.#isShutDown) &&
      getters.wakeOne()
    );
  }

  /** Calls those for whom there is a place; all, if there is no sense in waiting any more. */
  #callPutters(): void {
    const putters = this.#putters;
    while (
      putters.size > 0 &&
      (this.#maxsize - this.#items.length > putters.called || this.#isShutDown) &&
      putters.wakeOne()
    );
  }

  static readonly #get = operation(function* (this: Queue, signal: AbortSignal | undefined) {
    signal?.throwIfAborted();
    const getters = this.#getters;
    if (this.#items.length > 0 ? getters.idle : this.#isShutDown) return this.getNowait();
    let waiter = getters.join(signal);
    for (;;) {
      try {
        yield waiter;
        if (this.#items.length > 0 || this.#isShutDown) return this.getNowait();
      } finally {
        getters.leave(waiter);
        this.#callGetters();
      }
      waiter = getters.rejoin(waiter, signal);
    }
  });

  static readonly #put = operation(function* (
    this: Queue,
    item: unknown,
    signal: AbortSignal | undefined,
  ) {
    signal?.throwIfAborted();
    const putters = this.#putters;
    if (this.#isShutDown || (!this.full() && putters.idle)) return this.putNowait(item);
    let waiter = putters.join(signal);
    for (;;) {
      try {
        yield waiter;
        if (this.#isShutDown || !this.full()) return this.putNowait(item);
      } finally {
        putters.leave(waiter);
        this.#callPutters();
      }
      waiter = putters.rejoin(waiter, signal);
    }
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
    const waiter = this.#joiners.join(signal);
    try {
      yield waiter;
    } finally {
      this.#joiners.leave(waiter);
    }
  });
}
