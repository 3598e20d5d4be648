import { checkDelay } from '../errors/index.ts';
import { type Fiber, resumeFromLoop } from '../greenlet/fiber.ts';
import { TimedHandle, getLoop } from '../loop/index.ts';
import { type Wait, blockingFiber, park } from './park.ts';

/** Resumes a fiber at a time. */
class Sleep extends TimedHandle implements Wait {
  readonly #fiber: Fiber;
  readonly #ms: number;

  constructor(when: number, ms: number, fiber: Fiber) {
    super(when);
    this.#ms = ms;
    this.#fiber = fiber;
  }

  get reason(): string {
    return `sleep(${this.#ms})`;
  }

  cancelWait(): boolean {
    this.cancel();
    return true;
  }

  override run(): void {
    resumeFromLoop(this.#fiber);
  }
}

const yielding: Wait = { reason: 'sleep(0)', cancelWait: () => false };

/**
 * Parks the running greenlet for `ms` milliseconds (default 0), never less.
 * `sleep(0)` lets all others that are ready go first. (gevent's `sleep`.)
 *
 * @example sleep(500)
 * @throws BlockingSwitchOutError outside a greenlet; InvalidArgumentError for NaN or a negative time
 */
export function sleep(ms: number = 0): void {
  const delay = checkDelay(ms, 'ms');
  const fiber = blockingFiber('sleep()');
  if (delay === 0) return yieldTurn(fiber);
  const loop = getLoop();
  const timer = new Sleep(loop.time() + delay, delay, fiber);
  loop.addTimer(timer);
  park(fiber, timer);
}

/** Lets everything that is ready go first. */
export function yieldTurn(fiber: Fiber): void {
  getLoop().enqueue(fiber);
  park(fiber, yielding);
}
