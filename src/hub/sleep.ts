import { checkDelay } from '../errors/index.ts';
import type { Fiber, Wait } from '../greenlet/fiber.ts';
import { getLoop } from '../loop/index.ts';
import { Alarm } from './alarm.ts';
import { blockingFiber, park } from './park.ts';

class Sleep extends Alarm implements Wait {
  readonly #ms: number;

  constructor(when: number, ms: number, fiber: Fiber) {
    super(when, fiber);
    this.#ms = ms;
  }

  get reason(): string {
    return `sleep(${this.#ms})`;
  }

  cancelWait(): boolean {
    this.cancel();
    return true;
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
