/**
 * The loop's phases, in this order:
 *
 *  1. The driver calls `run()` on the main stack.
 *  2. A turn begins: due timers join the ready handles, in order of (time, insertion). The turn is
 *     exactly the handles that are ready at this moment; what they add waits for the next turn.
 *  3. The handles of the turn run, first in, first out. A handle that continues a greenlet may leave
 *     the main stack; that greenlet, when it parks, takes the next handle itself if it can run it (it is
 *     of kind greenlet). So the queue may have moved on by any amount when `handle.run()` returns.
 *  4. After a handle that may have settled promises, the promise jobs that are due run before the next
 *     handle does: an async function gets to its next `await` in the step that woke it. The addon can run
 *     them on the spot; without it the visit ends here, which keeps the order and costs time.
 *  5. Turn follows turn (2) while something is ready and the budget lasts.
 *  6. The loop tells the driver what it wants next: a call soon, a call at a time, or none.
 *
 * The budget is looked after by handles and not by turns, since one turn may be long: a turn can be
 * interrupted by a visit to the driver, and what it is made of stays fixed across the visit.
 */
import { promiseJobs } from '../addon/index.ts';
import { checkFunction, InvalidStateError } from '../errors/index.ts';
import { Budget } from './budget.ts';
import { checkTime } from './check-time.ts';
import { type DebugProbe, debugProbe } from './debug-probe.ts';
import type { Driver, Order } from './driver.ts';
import { CallbackHandle, type Handle, KIND_CALLBACK, KIND_CANCELLED } from './handle.ts';
import { ReadyQueue } from './ready-queue.ts';
import { type TimedHandle, TimerHandle, TimerHeap } from './timer-heap.ts';
import { throwUncaught } from './uncaught.ts';

const ANY_KIND = -2;

export interface LoopOptions {
  /** Picks the next handle within a turn. Default: first in, first out. */
  readonly order?: Order;
  /** Runs the promise jobs that are due; null: they run when the driver's visit is over. Default: what the addon can do. */
  readonly promiseJobs?: (() => void) | null;
}

/** What can be asked for its loop: a Loop itself, and asyncio's EventLoop, which is a life on top of one. */
export interface LoopLike {
  readonly loop: Loop;
}

export class Loop implements LoopLike {
  /** Itself, so that nobody has to be asked which of the two was given. */
  readonly loop: Loop = this;
  /** Receives what a handle throws. The rest of the turn runs all the same. By default the error becomes an uncaught exception. */
  onError: (error: unknown, handle: Handle) => void = throwUncaught;
  readonly #promiseJobs: (() => void) | null;
  readonly #driver: Driver;
  readonly #order: Order | null;
  readonly #ready = new ReadyQueue();
  readonly #timers = new TimerHeap();
  /** How many handles of the current turn have not been taken. */
  #left = 0;
  /** Whether the order has already picked the handle at the head of the queue. */
  #picked = false;
  /** What the clock showed last; which timers are due is judged by this. */
  #now: number;
  readonly #budget = new Budget();
  /** How many handles may be taken before the budget is looked at. */
  #untilLook = 0;
  #running = false;
  /** The driver is going to call `run`, or has: becoming ready needs no further call. */
  #awake = false;
  /** What the driver was last armed for; NaN if that is past. */
  #armed = Infinity;
  #armedKeepsAlive = false;

  constructor(driver: Driver, options: LoopOptions = {}) {
    this.#driver = driver;
    this.#order = options.order ?? null;
    this.#promiseJobs = options.promiseJobs === undefined ? promiseJobs() : options.promiseJobs;
    this.#now = driver.now();
    this.#timers.onReferencesChange = (): void => {
      if (!this.#awake) this.#arm(this.#timers.nextTime());
    };
    driver.start(() => this.run());
  }

  /** Whether `run` is under way. */
  get running(): boolean {
    return this.#running;
  }

  /** How many handles wait in the ready queue, cancelled ones included. */
  get readyCount(): number {
    return this.#ready.length;
  }

  /** How many timers wait, cancelled ones not included. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /** The loop's clock: milliseconds, monotonic, from an arbitrary zero. */
  time(): number {
    // Remembered, so that a timer set for "now" counts as due when the next turn begins.
    return (this.#now = this.#driver.now());
  }

  /** Appends a handle to the ready queue. */
  enqueue(handle: Handle): void {
    this.#ready.push(handle);
    if (!this.#awake) this.#wake();
  }

  /**
   * Calls `fn(...args)` in the next turn.
   *
   * @example loop.callSoon(console.log, 'soon')
   */
  callSoon<A extends unknown[]>(fn: (...args: A) => unknown, ...args: A): Handle {
    checkFunction(fn, 'fn');
    const handle = new CallbackHandle(fn, args);
    this.enqueue(handle);
    return handle;
  }

  /**
   * Calls `fn(...args)` at the first turn that begins `ms` milliseconds from now, or later; never earlier. With 0 or
   * less that is the next turn, with Infinity none: such a timer keeps nothing alive.
   */
  callLater<A extends unknown[]>(ms: number, fn: (...args: A) => unknown, ...args: A): TimerHandle {
    return this.callAt(this.time() + checkTime(ms, 'ms'), fn, ...args);
  }

  /** Calls `fn(...args)` at the first turn that begins at `when` (in `time()` units), or later; never earlier. */
  callAt<A extends unknown[]>(when: number, fn: (...args: A) => unknown, ...args: A): TimerHandle {
    checkFunction(fn, 'fn');
    const timer = new TimerHandle(when, fn, args);
    this.addTimer(timer);
    return timer;
  }

  /** Makes `timer` ready at the time it carries. A timer belongs to one loop and is added once. */
  addTimer(timer: TimedHandle): void {
    const when = checkTime(timer.when, 'when');
    if (timer.cancelled) return;
    this.#timers.push(timer);
    if (this.#awake) return;
    if (when <= this.#now) this.#wake();
    else this.#armIfChanged(this.#timers.nextTime());
  }

  /**
   * Takes the next handle that may run now, from whatever stack asks. With a `kind`, only a handle of
   * that kind: another is left at the head of the queue. Cancelled handles are dropped on the way.
   * Undefined means: go back to the main stack, whose `run()` knows how to go on.
   */
  takeReady(kind: number = ANY_KIND): Handle | undefined {
    if (this.#untilLook-- <= 0 && !this.#look()) return undefined;
    // Who is timed has to come from here and return to here.
    if (debugProbe !== null && kind !== ANY_KIND) return undefined;
    const ready = this.#ready;
    while (this.#left > 0 || this.#beginTurn()) {
      if (this.#order !== null && !this.#picked) this.#pick(this.#order);
      const handle = ready.peek() as Handle;
      const itsKind = handle.kind;
      if (kind !== ANY_KIND && itsKind !== kind && itsKind !== KIND_CANCELLED) return undefined;
      ready.shift();
      this.#left--;
      this.#picked = false;
      if (itsKind !== KIND_CANCELLED) return handle;
    }
    return undefined;
  }

  /**
   * Runs turns until nothing is ready or the budget is spent. Called by the driver.
   *
   * @throws InvalidStateError when called while it is under way: a handle cannot wait for others by running them
   */
  run(): void {
    if (this.#running) {
      throw new InvalidStateError(
        'The loop is already running; to wait inside it, use `yield*`, `await` or `wait()`',
      );
    }
    this.#running = true;
    this.#awake = true;
    this.#openBudget();
    try {
      while (this.#runReady() && this.#promiseJobs !== null) {
        this.#promiseJobs();
        if (this.#ready.length === 0) break;
      }
    } finally {
      this.#running = false;
      this.#askDriver();
    }
  }

  /** Runs what is ready. False if the visit has to end, because the budget or the promise jobs want it. */
  #runReady(): boolean {
    let handle: Handle | undefined;
    for (;;) {
      try {
        while ((handle = this.takeReady()) !== undefined) {
          if (debugProbe !== null) {
            if (!this.#runTimed(handle, debugProbe)) return false;
            continue;
          }
          handle.run();
          if (hasPromiseJobs(handle) && !this.#runPromiseJobs()) return false;
        }
        return this.#ready.length === 0;
      } catch (error) {
        // takeReady() throws only if an injected order or clock does, and then there is no handle to blame.
        if (handle === undefined) throw error;
        this.#report(error, handle);
        if (!this.#runPromiseJobs()) return false;
      }
    }
  }

  /** Runs a handle with the promise jobs that come of it, and tells debug mode how long that took. */
  #runTimed(handle: Handle, probe: DebugProbe): boolean {
    const began = this.#driver.now();
    try {
      handle.run();
      return !hasPromiseJobs(handle) || this.#runPromiseJobs();
    } finally {
      probe.ran(handle, this.#driver.now() - began);
    }
  }

  #runPromiseJobs(): boolean {
    if (this.#promiseJobs === null) return false;
    this.#promiseJobs();
    return true;
  }

  #report(error: unknown, handle: Handle): void {
    try {
      this.onError(error, handle);
    } catch (second) {
      throwUncaught(second);
    }
  }

  #beginTurn(): boolean {
    if (this.#timers.size > 0) {
      let timer: Handle | undefined;
      while ((timer = this.#timers.shiftDue(this.#now)) !== undefined) this.#ready.push(timer);
    }
    this.#left = this.#ready.length;
    return this.#left > 0;
  }

  #pick(order: Order): void {
    const distance = order.pick(this.#left);
    if (distance !== 0) this.#ready.bringForward(distance);
    this.#picked = true;
  }

  #openBudget(): void {
    const now = this.time();
    if (this.#armed <= now) this.#armed = NaN;
    this.#untilLook = this.#budget.open(now);
  }

  /** Looks at the clock; false if the budget is spent. */
  #look(): boolean {
    this.#untilLook = this.#budget.look(this.time());
    return this.#untilLook > 0;
  }

  #wake(): void {
    this.#awake = true;
    this.#driver.schedule();
  }

  #askDriver(): void {
    const when = this.#timers.nextTime();
    if (this.#ready.length > 0 || when <= this.time()) {
      this.#wake();
      return;
    }
    this.#awake = false;
    this.#armIfChanged(when);
  }

  #armIfChanged(when: number): void {
    // NaN, "what was armed is past", differs from everything.
    if (when !== this.#armed || this.#armedKeepsAlive !== this.#timers.keepsAlive) this.#arm(when);
  }

  #arm(when: number): void {
    this.#armed = when;
    this.#armedKeepsAlive = this.#timers.keepsAlive;
    this.#driver.arm(when === Infinity ? null : when, this.#armedKeepsAlive);
  }
}

/** Whether promise jobs may have come of it, now that it has run. One that is cancelled has cancelled itself meanwhile. */
function hasPromiseJobs({ kind }: Handle): boolean {
  return kind === KIND_CALLBACK || kind === KIND_CANCELLED;
}
