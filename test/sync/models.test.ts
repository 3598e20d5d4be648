import assert from 'node:assert/strict';
import { suite } from 'node:test';

import { sleep } from '../../src/public/asyncio.ts';
import { InvalidStateError } from '../../src/errors/invalid-state-error.ts';
import {
  Barrier,
  BoundedSemaphore,
  BrokenBarrierError,
  Condition,
  Event,
  type Hold,
  Lock,
  Semaphore,
} from '../../src/public/sync.ts';
import { Line } from './line.ts';
import { type Play, rehearse, type Scene, type Step } from './rehearsal.ts';

/** Places to be had: one for a lock, some for a semaphore. */
abstract class PlacesPlay<P extends Lock | Semaphore> implements Play {
  readonly places: P;
  readonly line = new Line();
  free: number;
  held = 0;

  constructor(places: P, free: number) {
    this.places = places;
    this.free = free;
  }

  *step(id: number, { kind, n }: Step, signal: AbortSignal | undefined): Scene {
    const now = this.free > 0 && this.line.idle;
    this.line.arrives(id, now);
    if (now) this.free--;
    let hold: Hold | undefined;
    try {
      if (kind % 2 === 0) yield this.places.acquire({ signal });
      else hold = yield this.places.hold({ signal });
    } catch (error) {
      if (this.line.givesUp(id)) this.free++;
      this.#call();
      throw error;
    }
    this.line.goesOn(id);
    this.held++;
    this.#call();
    try {
      for (let i = 0; i < n; i++) yield sleep(0);
    } finally {
      this.held--;
      this.released();
      if (hold === undefined) this.places.release();
      else hold.release();
    }
  }

  left(id: number): void {
    this.line.left(id);
  }

  atRest(): void {
    assert.equal(this.line.called.size, 0);
    if (this.line.waiting.length > 0) assert.equal(this.free, 0);
  }

  released(): void {
    this.free++;
    if (this.line.callOne()) this.free--;
  }

  #call(): void {
    while (this.free > 0 && this.line.callOne()) this.free--;
  }

  abstract outside(step: Step): void;
  abstract check(): void;
}

class LockPlay extends PlacesPlay<Lock> {
  constructor() {
    super(new Lock(), 1);
  }

  outside(): void {
    if (this.held === 0) assert.throws(() => this.places.release(), InvalidStateError);
  }

  check(): void {
    assert.ok(this.held <= 1);
    assert.equal(this.places.locked(), this.held === 1);
  }
}

class SemaphorePlay extends PlacesPlay<Semaphore> {
  constructor(setting: number) {
    const value = setting % 4;
    super(new Semaphore(value), value);
  }

  outside(): void {
    this.released();
    this.places.release();
  }

  check(): void {
    assert.equal(this.places.value, this.free);
    assert.equal(this.places.locked(), this.free === 0 || !this.line.idle);
  }
}

class BoundedSemaphorePlay extends PlacesPlay<BoundedSemaphore> {
  readonly #bound: number;

  constructor(setting: number) {
    const value = 1 + (setting % 3);
    super(new BoundedSemaphore(value), value);
    this.#bound = value;
  }

  outside(): void {
    if (this.free === this.#bound) assert.throws(() => this.places.release(), InvalidStateError);
  }

  check(): void {
    assert.equal(this.places.value, this.free);
    assert.equal(this.free + this.held + this.line.called.size, this.#bound);
  }
}

class EventPlay implements Play {
  readonly #event = new Event();
  readonly #line = new Line();
  #set = false;

  *step(id: number, { kind, n }: Step, signal: AbortSignal | undefined): Scene {
    for (let i = 0; i < n; i++) yield sleep(0);
    if (kind % 4 === 3) return this.outside({ kind } as Step);
    if (signal?.aborted !== true) this.#line.arrives(id, this.#set);
    try {
      assert.equal(yield this.#event.wait({ signal }), true);
    } catch (error) {
      this.#line.givesUp(id);
      throw error;
    }
    this.#line.goesOn(id);
  }

  outside({ kind }: Step): void {
    if (kind % 3 > 0) {
      this.#event.set();
      this.#set = true;
      this.#line.callAll();
    }
    if (kind % 3 < 2) {
      this.#event.clear();
      this.#set = false;
    }
  }

  left(id: number): void {
    this.#line.left(id);
  }

  check(): void {
    assert.equal(this.#event.isSet(), this.#set);
  }

  atRest(): void {
    assert.equal(this.#line.called.size, 0);
    if (this.#set) assert.deepEqual(this.#line.waiting, []);
  }
}

class ConditionPlay implements Play {
  readonly #condition = new Condition();
  readonly #line = new Line();
  #holder: number | undefined;

  *step(id: number, step: Step, signal: AbortSignal | undefined): Scene {
    yield this.#condition.acquire({ signal });
    this.#takes(id);
    try {
      for (let i = 0; i < step.n; i++) yield sleep(0);
      if (step.kind % 2 === 0) yield* this.#wait(id, signal);
      else this.outside(step);
    } finally {
      this.#holder = undefined;
      this.#condition.release();
    }
  }

  *#wait(id: number, signal: AbortSignal | undefined): Scene {
    const waits = signal?.aborted !== true;
    if (waits) {
      this.#line.arrives(id, false);
      this.#holder = undefined;
    }
    try {
      yield this.#condition.wait({ signal });
    } catch (error) {
      if (this.#holder !== id) this.#takes(id);
      this.#line.givesUp(id);
      if (waits) this.#line.callOne();
      throw error;
    }
    this.#takes(id);
    this.#line.goesOn(id);
  }

  #takes(id: number): void {
    assert.equal(this.#holder, undefined);
    assert.equal(this.#condition.locked(), true);
    this.#holder = id;
  }

  outside({ kind, n }: Step): void {
    if (this.#holder === undefined) {
      assert.throws(() => this.#condition.notify(), InvalidStateError);
    } else if (kind % 5 === 0) {
      this.#condition.notifyAll();
      this.#line.callAll();
    } else {
      this.#condition.notify(n);
      for (let i = 0; i < n; i++) this.#line.callOne();
    }
  }

  left(id: number, killed: boolean): void {
    // Cleaning up, it waits for the lock; if it is notified meanwhile, it passes that on.
    if (!killed) this.#line.left(id);
  }

  check(): void {
    assert.equal(this.#condition.locked(), this.#holder !== undefined);
  }

  atRest(): void {
    assert.equal(this.#holder, undefined);
    assert.equal(this.#line.called.size, 0);
  }
}

/** Who stands inside and who outside is not to be seen; what each gets out of it is. */
class BarrierPlay implements Play {
  readonly #parties: number;
  readonly #barrier: Barrier;
  readonly #here = new Set<number>();
  /** Set while those leave who were there when it opened last. */
  #opened = false;

  constructor(setting: number) {
    this.#parties = 1 + (setting % 4);
    this.#barrier = new Barrier(this.#parties);
  }

  *step(id: number, { n }: Step, signal: AbortSignal | undefined): Scene {
    for (let i = 0; i < n; i++) yield sleep(0);
    this.#here.add(id);
    try {
      const index: number = yield this.#barrier.wait({ signal });
      // Whoever comes last opens it, and goes on first.
      if (index === this.#parties - 1) this.#opened = true;
      assert.ok(index >= 0 && index < this.#parties, `${id} got ${index}`);
      assert.ok(this.#opened, `${id} got ${index} though nobody opened it`);
    } catch (error) {
      if (!(error instanceof BrokenBarrierError)) throw error;
    } finally {
      this.#here.delete(id);
    }
  }

  outside({ kind }: Step): void {
    if (kind % 4 === 0) this.#barrier.abort();
    else if (kind % 2 === 0) this.#barrier.reset();
  }

  left(): void {}

  check(): void {
    const { nWaiting } = this.#barrier;
    assert.ok(nWaiting < this.#parties);
    assert.ok(nWaiting <= this.#here.size);
    if (this.#barrier.broken) assert.equal(nWaiting, 0);
    // It is filling again: those who opened it are gone.
    if (nWaiting > 0) this.#opened = false;
  }

  atRest(): void {
    // So nobody is left outside, nor inside one that is broken.
    assert.equal(this.#barrier.nWaiting, this.#here.size);
  }
}

suite('whatever program runs over it', () => {
  rehearse('a lock', () => new LockPlay());
  rehearse('a semaphore', (setting) => new SemaphorePlay(setting));
  rehearse('a bounded semaphore', (setting) => new BoundedSemaphorePlay(setting));
  rehearse('an event', () => new EventPlay());
  rehearse('a condition', () => new ConditionPlay());
  rehearse('a barrier', (setting) => new BarrierPlay(setting));
});
