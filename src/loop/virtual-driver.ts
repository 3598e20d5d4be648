import { setImmediate } from 'node:timers'
import type { Driver } from './driver.ts'

export interface VirtualDriverOptions {
  /** What the clock shows first, in milliseconds. Default 0. */
  readonly startAt?: number
  /**
   * True (the default): the driver runs the loop by itself from setImmediate, so that promises settle
   * between two calls. False: nothing happens until `step` or `drain` is called.
   */
  readonly automatic?: boolean
}

/**
 * A driver whose clock stands still while something is ready and jumps to the next timer when nothing is,
 * so that a program full of sleeps runs at full speed, and the same way each time. The clock also stands
 * still while a request to the operating system (a file read, a name lookup) is under way: those take
 * real time and no virtual time.
 */
export class VirtualDriver implements Driver {
  /** Called when the loop has nothing ready, no timer to wait for, and no request is under way. */
  onIdle: (() => void) | null = null
  #run: () => void = doNothing
  #now: number
  #scheduled = false
  #armed = Infinity
  #keepsAlive = false
  #posted = false
  readonly #automatic: boolean

  constructor(options: VirtualDriverOptions = {}) {
    this.#now = options.startAt ?? 0
    this.#automatic = options.automatic ?? true
  }

  now(): number {
    return this.#now
  }

  start(run: () => void): void {
    this.#run = run
  }

  schedule(): void {
    this.#scheduled = true
    this.#post()
  }

  arm(when: number | null, keepsAlive: boolean): void {
    this.#armed = when ?? Infinity
    this.#keepsAlive = keepsAlive
    this.#post()
  }

  /** Moves the clock by `ms` without running anything, as a slow callback would. */
  elapse(ms: number): void {
    this.#now += ms
  }

  /**
   * Runs the loop once: now if it asked for that, else at its next timer. False, and nothing happens, if
   * it wants neither, or only a timer that need not be waited for.
   */
  step(): boolean {
    if (!this.#scheduled) {
      if (!this.#keepsAlive || this.#armed === Infinity) return false
      if (this.#armed > this.#now) this.#now = this.#armed
      this.#armed = Infinity
    }
    this.#scheduled = false
    this.#run()
    return true
  }

  /** Runs the loop until it wants nothing more. Promises do not settle meanwhile: they need an empty stack. */
  drain(): void {
    while (this.step()) {
      // Everything happens in step().
    }
  }

  #post(): void {
    if (!this.#automatic || this.#posted) return
    this.#posted = true
    setImmediate(this.#onImmediate)
  }

  readonly #onImmediate = (): void => {
    this.#posted = false
    if ((!this.#scheduled && requestsUnderWay()) || this.step()) this.#post()
    else this.onIdle?.()
  }
}

function requestsUnderWay(): boolean {
  return process.getActiveResourcesInfo().some((name) => /Req|(Connect|Write|Shutdown)Wrap$/i.test(name))
}

function doNothing(): void {}
