import { InvalidStateError } from '../errors/index.ts';
import { call, Handle, KIND_CALLBACK, KIND_CANCELLED } from './handle.ts';

/** Below this many entries the heap is not worth pruning. */
const PRUNE_FROM = 1000;

/**
 * A handle that becomes ready at a time. Layers above subclass it to wake what they like without a closure.
 * Hand it to `loop.addTimer` once.
 */
export abstract class TimedHandle extends Handle {
  /** In the loop's clock (`loop.time()`), milliseconds. */
  readonly when: number;
  /** Order of insertion, given by the heap; breaks ties between equal times. */
  sequence: number;
  /** The heap that holds this handle, or null before and after. */
  heap: TimerHeap | null;
  declare private _referenced: boolean;

  constructor(when: number, kind: number = KIND_CALLBACK) {
    super(kind);
    this.when = when;
    this.sequence = 0;
    this.heap = null;
    this._referenced = true;
  }

  /** Lets the process end though this timer is waiting, as `unref` on Node's own timers. */
  unref(): this {
    if (this._referenced) {
      this._referenced = false;
      if (!this.cancelled) this.heap?.changeReferences(-1);
    }
    return this;
  }

  /** Keeps the process alive while this timer is waiting; timers begin like this. */
  ref(): this {
    if (!this._referenced) {
      this._referenced = true;
      if (!this.cancelled) this.heap?.changeReferences(1);
    }
    return this;
  }

  hasRef(): boolean {
    return this._referenced;
  }

  override cancel(): void {
    if (this.cancelled) return;
    this.kind = KIND_CANCELLED;
    this.heap?.noteCancelled(this);
  }
}

/** A function to be called at a time, as made by `loop.callLater` and `loop.callAt`. */
export class TimerHandle extends TimedHandle {
  #fn: ((...args: never[]) => unknown) | null;
  #args: readonly unknown[];

  constructor(when: number, fn: (...args: never[]) => unknown, args: readonly unknown[]) {
    super(when);
    this.#fn = fn;
    this.#args = args;
  }

  override run(): void {
    call(this.#fn, this.#args);
  }

  override cancel(): void {
    super.cancel();
    this.#fn = null;
    this.#args = [];
  }
}

/**
 * A binary heap ordered by (when, sequence). Cancelling marks an entry and leaves it: most timers are
 * timeouts, and most timeouts are cancelled long before they would reach the top. When more than half
 * of a large heap is dead it is rebuilt from the living, so that the dead cost O(1) each, amortised
 * (the rule trio uses for its deadlines).
 */
export class TimerHeap {
  /** Called when `keepsAlive` changed because of a cancel, `ref` or `unref`. */
  onReferencesChange: (() => void) | null = null;
  #entries: TimedHandle[] = [];
  #alive = 0;
  #references = 0;
  #nextSequence = 0;

  /** How many entries are waiting and not cancelled. */
  get size(): number {
    return this.#alive;
  }

  /** Whether a living entry wants the process to go on. */
  get keepsAlive(): boolean {
    return this.#references > 0;
  }

  push(timer: TimedHandle): void {
    if (timer.heap !== null)
      throw new InvalidStateError('Cannot add the timer: it is waiting already; make a new one');
    timer.sequence = this.#nextSequence++;
    timer.heap = this;
    this.#entries.push(timer);
    this.#alive++;
    if (timer.hasRef()) this.#references++;
    this.#siftUp(this.#entries.length - 1);
  }

  /** The time of the earliest living entry, or Infinity. */
  nextTime(): number {
    let first = this.#entries[0];
    while (first !== undefined && first.cancelled) {
      this.#removeFirst(first);
      first = this.#entries[0];
    }
    return first === undefined ? Infinity : first.when;
  }

  /** Takes the earliest living entry out if it is due at `now`. */
  shiftDue(now: number): TimedHandle | undefined {
    if (this.nextTime() > now) return undefined;
    const first = this.#entries[0];
    if (first === undefined) return undefined;
    this.#removeFirst(first);
    this.#alive--;
    if (first.hasRef()) this.#references--;
    return first;
  }

  /** An entry of this heap was just marked as cancelled. */
  noteCancelled(timer: TimedHandle): void {
    this.#alive--;
    if (this.#entries.length > this.#alive * 2 + PRUNE_FROM) this.#prune();
    if (timer.hasRef()) this.changeReferences(-1);
  }

  /** An entry of this heap was referenced (1) or no longer (-1). */
  changeReferences(by: 1 | -1): void {
    const before = this.keepsAlive;
    this.#references += by;
    if (this.keepsAlive !== before) this.onReferencesChange?.();
  }

  #prune(): void {
    const living: TimedHandle[] = [];
    for (const timer of this.#entries) {
      if (timer.cancelled) timer.heap = null;
      else living.push(timer);
    }
    this.#entries = living;
    for (let i = (living.length >> 1) - 1; i >= 0; i--) this.#siftDown(i);
  }

  #removeFirst(first: TimedHandle): void {
    first.heap = null;
    const last = this.#entries.pop();
    if (last === undefined || last === first) return;
    this.#entries[0] = last;
    this.#siftDown(0);
  }

  #siftUp(start: number): void {
    const entries = this.#entries;
    const timer = entries[start] as TimedHandle;
    let i = start;
    while (i > 0) {
      const above = (i - 1) >> 1;
      const parent = entries[above] as TimedHandle;
      if (!comesBefore(timer, parent)) break;
      entries[i] = parent;
      i = above;
    }
    entries[i] = timer;
  }

  #siftDown(start: number): void {
    const entries = this.#entries;
    const timer = entries[start] as TimedHandle;
    const firstLeaf = entries.length >> 1;
    let i = start;
    while (i < firstLeaf) {
      let below = 2 * i + 1;
      let child = entries[below] as TimedHandle;
      const right = entries[below + 1];
      if (right !== undefined && comesBefore(right, child)) {
        child = right;
        below++;
      }
      if (!comesBefore(child, timer)) break;
      entries[i] = child;
      i = below;
    }
    entries[i] = timer;
  }
}

function comesBefore(a: TimedHandle, b: TimedHandle): boolean {
  return a.when < b.when || (a.when === b.when && a.sequence < b.sequence);
}
