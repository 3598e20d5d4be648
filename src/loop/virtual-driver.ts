import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import type { Driver } from './driver.ts';

export interface VirtualDriverOptions {
  /** What the clock shows first, in milliseconds. Default 0. */
  readonly startAt?: number;
  /**
   * True (the default): the driver runs the loop by itself from setImmediate, so that promises settle
   * between two calls. False: nothing happens until `step` or `drain` is called.
   */
  readonly automatic?: boolean;
  /**
   * How many real milliseconds nothing must have been ready before the clock jumps. Default 0. Give a few
   * if real I/O (files, sockets) takes part: the driver cannot see that it is under way.
   */
  readonly patience?: number;
}

/**
 * A driver whose clock stands still while something is ready and jumps to the next timer when nothing is,
 * so that a program full of sleeps runs at full speed, and the same way each time.
 */
export class VirtualDriver implements Driver {
  /** Called when the loop has nothing ready and no timer to wait for, each time that happens. */
  onIdle: (() => void) | null = null;
  #run: () => void = doNothing;
  #now: number;
  #scheduled = false;
  #armed = Infinity;
  #keepsAlive = false;
  #posted = false;
  #stopped = false;
  #patient: NodeJS.Timeout | null = null;
  readonly #automatic: boolean;
  readonly #patience: number;

  constructor(options: VirtualDriverOptions = {}) {
    this.#now = options.startAt ?? 0;
    this.#automatic = options.automatic ?? true;
    this.#patience = options.patience ?? 0;
  }

  /** Whether the driver is about to look whether the loop has something to do. */
  get pending(): boolean {
    return this.#posted;
  }

  now(): number {
    return this.#now;
  }

  start(run: () => void): void {
    this.#run = run;
  }

  schedule(): void {
    this.#scheduled = true;
    this.#post();
  }

  arm(when: number | null, keepsAlive: boolean): void {
    this.#armed = when ?? Infinity;
    this.#keepsAlive = keepsAlive;
    this.#post();
  }

  /** Moves the clock by `ms` without running anything, as a slow callback would. */
  elapse(ms: number): void {
    this.#now += ms;
  }

  /**
   * Runs the loop once: now if it asked for that, else at its next timer. False, and nothing happens, if
   * it wants neither, or only a timer that need not be waited for.
   */
  step(): boolean {
    if (this.#stopped) return false;
    if (!this.#scheduled) {
      if (!this.#wantsJump()) return false;
      if (this.#armed > this.#now) this.#now = this.#armed;
      this.#armed = Infinity;
    }
    this.#scheduled = false;
    this.#run();
    return true;
  }

  /** Runs the loop until it wants nothing more. Promises do not settle meanwhile: they need an empty stack. */
  drain(): void {
    while (this.step()) {
      // Everything happens in step().
    }
  }

  /** Runs the loop never again, whatever it still wants. */
  stop(): void {
    this.#stopped = true;
    this.onIdle = null;
    if (this.#patient !== null) clearTimeout(this.#patient);
  }

  #wantsJump(): boolean {
    return this.#keepsAlive && this.#armed !== Infinity;
  }

  #post(): void {
    if (!this.#automatic || this.#posted || this.#stopped) return;
    this.#posted = true;
    setImmediate(this.#onImmediate);
  }

  readonly #onImmediate = (): void => {
    this.#posted = false;
    if (this.#patience > 0 && !this.#scheduled && this.#wantsJump()) {
      this.#patient ??= setTimeout(this.#onPatienceOver, this.#patience);
      return;
    }
    this.#stepAndPost();
  };

  readonly #onPatienceOver = (): void => {
    this.#patient = null;
    // If something was ready meanwhile, waiting begins anew.
    if (!this.#posted) this.#stepAndPost();
  };

  #stepAndPost(): void {
    if (this.step()) this.#post();
    else this.onIdle?.();
  }
}

function doNothing(): void {}
