import { type Fiber, resumeFromLoop } from '../kernel/index.ts';
import { TimedHandle } from '../loop/index.ts';

/** Goes on with a fiber, or starts it, at a time of the loop's clock. */
export class Alarm extends TimedHandle {
  readonly #fiber: Fiber;

  constructor(when: number, fiber: Fiber) {
    super(when);
    this.#fiber = fiber;
  }

  override run(): void {
    resumeFromLoop(this.#fiber);
  }
}
