import { type Fiber, type FiberWait, park, type WaitReason } from '../kernel/index.ts';
import { checkDelay } from '../errors/index.ts';
import { getLoop } from '../loop/index.ts';
import { Alarm } from './alarm.ts';
import { blockingFiber } from './blocking-fiber.ts';

class Sleep extends Alarm implements FiberWait {
  readonly #ms: number;

  constructor(when: number, ms: number, fiber: Fiber) {
    super(when, fiber);
    this.#ms = ms;
  }

  get reason(): WaitReason {
    return `sleep(${this.#ms})`;
  }

  get awaited(): undefined {
    return undefined;
  }

  cancelAwaited(): boolean {
    return false;
  }

  takeBack(): boolean {
    this.cancel();
    return true;
  }
}

const yielding: FiberWait = {
  reason: 'sleep(0)',
  awaited: undefined,
  cancelAwaited: () => false,
  takeBack: () => false,
};

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
