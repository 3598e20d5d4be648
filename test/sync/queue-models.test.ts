import assert from 'node:assert/strict';
import { suite } from 'node:test';

import { sleep } from '../../src/public/asyncio.ts';
import { InvalidStateError } from '../../src/errors/invalid-state-error.ts';
import {
  LifoQueue,
  PriorityQueue,
  Queue,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
} from '../../src/public/sync.ts';
import { Line } from './line.ts';
import { type Play, rehearse, type Scene, type Step } from './rehearsal.ts';

/** Takes the next of `items`: what makes the kinds of queues differ. */
type TakeNext = (items: number[]) => number | undefined;

const takeOldest: TakeNext = (items) => items.shift();
const takeNewest: TakeNext = (items) => items.pop();
const takeSmallest: TakeNext = (items) => items.splice(items.indexOf(Math.min(...items)), 1)[0];

/**
 * Those who wait in `get`, or in `put`. Whose turn it is depends on who was called in vain and stands at the end again,
 * which is not to be seen from here; that order is held against CPython's, in test/differential.
 */
class Crowd {
  readonly waiting = new Set<number>();
  readonly #now = new Set<number>();

  /** Somebody comes, and must not wait if `now`. */
  arrives(id: number, now: boolean): void {
    (now ? this.#now : this.waiting).add(id);
  }

  goesOn(id: number): void {
    assert.ok(this.#now.delete(id) || this.waiting.delete(id));
  }

  givesUp(id: number): void {
    assert.ok(this.waiting.delete(id), `${id} waited for what was there`);
  }
}

class QueuePlay implements Play {
  readonly #queue: Queue<number>;
  readonly #takeNext: TakeNext;
  readonly #items: number[] = [];
  readonly #getters = new Crowd();
  readonly #putters = new Crowd();
  readonly #joiners = new Line();
  #unfinished = 0;
  #isShutDown = false;
  #made = 0;

  constructor(queue: Queue<number>, takeNext: TakeNext) {
    this.#queue = queue;
    this.#takeNext = takeNext;
  }

  *step(id: number, step: Step, signal: AbortSignal | undefined): Scene {
    for (let i = 1; i < step.n; i++) yield sleep(0);
    if (signal?.aborted === true) return;
    const kind = step.kind % 12;
    if (kind < 5) yield* this.#get(id, kind, signal);
    else if (kind < 10) yield* this.#put(id, step.n, signal);
    else if (kind === 10) yield* this.#join(id, signal);
    else this.#taskDone();
  }

  *#get(id: number, kind: number, signal: AbortSignal | undefined): Scene {
    const now = this.#items.length > 0 || this.#isShutDown;
    this.#getters.arrives(id, now);
    let item: number | undefined;
    try {
      if (kind < 3) item = yield this.#queue.get({ signal });
      else {
        const step: IteratorResult<number, undefined> = yield this.#queue.next({ signal });
        if (step.done === true) throw new QueueShutDown();
        item = step.value;
      }
    } catch (error) {
      if (!(error instanceof QueueShutDown)) {
        this.#getters.givesUp(id);
        throw error;
      }
      this.#getters.goesOn(id);
      assert.deepEqual([this.#isShutDown, this.#items], [true, []]);
      return;
    }
    this.#getters.goesOn(id);
    this.#took(item);
  }

  *#put(id: number, n: number, signal: AbortSignal | undefined): Scene {
    const item = this.#makeItem(n);
    this.#putters.arrives(id, this.#isShutDown || !this.#full);
    try {
      yield this.#queue.put(item, { signal });
    } catch (error) {
      if (!(error instanceof QueueShutDown)) {
        this.#putters.givesUp(id);
        throw error;
      }
      this.#putters.goesOn(id);
      assert.equal(this.#isShutDown, true);
      return;
    }
    this.#putters.goesOn(id);
    assert.equal(this.#isShutDown, false);
    this.#did(item);
  }

  *#join(id: number, signal: AbortSignal | undefined): Scene {
    this.#joiners.arrives(id, this.#unfinished === 0);
    try {
      yield this.#queue.join({ signal });
    } catch (error) {
      this.#joiners.givesUp(id);
      throw error;
    }
    this.#joiners.goesOn(id);
  }

  #taskDone(): void {
    if (this.#unfinished === 0) {
      assert.throws(() => this.#queue.taskDone(), InvalidStateError);
      return;
    }
    this.#queue.taskDone();
    if (--this.#unfinished === 0) this.#joiners.callAll();
  }

  outside({ kind, n }: Step): void {
    if (kind < 4) this.#putNowait(n);
    else if (kind < 8) this.#getNowait();
    else if (kind < 10) this.#taskDone();
    else if (n < 2) this.#shutdown(kind === 11);
  }

  #putNowait(n: number): void {
    const item = this.#makeItem(n);
    const error = this.#isShutDown ? QueueShutDown : this.#full ? QueueFull : undefined;
    if (error !== undefined) {
      assert.throws(() => this.#queue.putNowait(item), error);
      return;
    }
    this.#queue.putNowait(item);
    this.#did(item);
  }

  #getNowait(): void {
    if (this.#items.length > 0) {
      this.#took(this.#queue.getNowait());
      return;
    }
    assert.throws(() => this.#queue.getNowait(), this.#isShutDown ? QueueShutDown : QueueEmpty);
  }

  #shutdown(immediate: boolean): void {
    this.#queue.shutdown(immediate);
    this.#isShutDown = true;
    if (immediate) {
      this.#unfinished = Math.max(0, this.#unfinished - this.#items.length);
      this.#items.length = 0;
      if (this.#unfinished === 0) this.#joiners.callAll();
    }
  }

  get #full(): boolean {
    return this.#queue.maxsize > 0 && this.#items.length >= this.#queue.maxsize;
  }

  /** All differ, so that none can be taken for another. */
  #makeItem(n: number): number {
    return n * 1000 + this.#made++;
  }

  #did(item: number): void {
    this.#items.push(item);
    this.#unfinished++;
  }

  #took(item: number | undefined): void {
    assert.equal(item, this.#takeNext(this.#items));
  }

  left(id: number): void {
    this.#joiners.left(id);
  }

  check(): void {
    assert.equal(this.#queue.qsize(), this.#items.length);
    assert.equal(this.#queue.empty(), this.#items.length === 0);
    assert.equal(this.#queue.full(), this.#full);
  }

  atRest(): void {
    const getting = this.#getters.waiting.size;
    const putting = this.#putters.waiting.size;
    if (this.#items.length > 0) assert.equal(getting, 0);
    if (!this.#full) assert.equal(putting, 0);
    if (this.#isShutDown) assert.equal(getting + putting, 0);
    assert.equal(this.#joiners.called.size, 0);
    if (this.#unfinished === 0) assert.equal(this.#joiners.waiting.length, 0);
  }
}

/** No limit, one, a fraction, … */
const SIZES = [0, 1, 1, 1.5, 2, 3];

function sizeOf(setting: number): number {
  return SIZES[setting % SIZES.length]!;
}

suite('whatever program runs over it', () => {
  rehearse('a queue', (setting) => new QueuePlay(new Queue(sizeOf(setting)), takeOldest));
  rehearse('a last-in-first-out queue', (setting) => {
    return new QueuePlay(new LifoQueue(sizeOf(setting)), takeNewest);
  });
  rehearse('a priority queue', (setting) => {
    return new QueuePlay(new PriorityQueue(sizeOf(setting)), takeSmallest);
  });
});
