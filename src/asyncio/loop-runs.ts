import type { EventLoop } from './event-loop.ts';
import { beginRunning, endRunning } from './running.ts';

/** The runs of an event loop, one at a time: begun, stopped, and failed from outside. */
export class LoopRuns {
  readonly #eventLoop: EventLoop;
  #run: PromiseWithResolvers<void> | undefined;
  /** `stop` was called while it did not run. */
  #stopDue = false;

  constructor(eventLoop: EventLoop) {
    this.#eventLoop = eventLoop;
  }

  get running(): boolean {
    return this.#run !== undefined;
  }

  /** Begins a run that ends when `run` is settled. */
  async until(run: PromiseWithResolvers<void>): Promise<void> {
    beginRunning(this.#eventLoop);
    this.#run = run;
    // Behind what is ready now.
    if (this.#stopDue) this.#eventLoop.loop.callSoon(() => this.stop());
    this.#stopDue = false;
    try {
      await run.promise;
    } finally {
      this.#run = undefined;
      endRunning(this.#eventLoop);
    }
  }

  /** Ends the run; one that has not begun ends after its first turn. */
  stop(): void {
    if (this.#run === undefined) this.#stopDue = true;
    else this.#run.resolve();
  }

  fail(error: unknown): void {
    this.#run?.reject(error);
  }
}
