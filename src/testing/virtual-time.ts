import {
  checkDelay,
  checkFunction,
  GreenroomError,
  InvalidStateError,
  TimeoutError,
} from '../errors/index.ts';
import { inGreenlet } from '../hub/index.ts';
import { Loop, setLoop, VirtualDriver } from '../loop/index.ts';
import { SeededOrder } from './seeded-order.ts';

/** How much virtual time a test may take before it counts as endless. */
export const VIRTUAL_LIMIT_MS = 3_600_000;

/** How many real milliseconds nothing at all may happen before a test counts as stalled: I/O may be under way. */
const STALLED_AFTER_MS = 100;

export interface VirtualTimeOptions {
  /** Runs the handles of each turn in a random order that depends on this alone. Default: first in, first out. */
  readonly seed?: number;
  /** How much virtual time, in milliseconds, may pass before the test fails. Default `VIRTUAL_LIMIT_MS`. */
  readonly limit?: number;
  /** How many real milliseconds nothing must have been ready before the clock jumps. Default 0; give a few for real I/O. */
  readonly patience?: number;
}

/** What the function given to `withVirtualTime` receives. */
export interface VirtualTime {
  readonly loop: Loop;
  /** Virtual milliseconds since the beginning. */
  now(): number;
  /** Moves the clock without running anything, as a callback does which computes for `ms` milliseconds. */
  elapse(ms: number): void;
}

let underWay = false;

/**
 * Runs `fn` on a loop of its own, in virtual time: no sleep takes real time, and each run is the same. Ends
 * when what `fn` returned has settled and nothing that `fn` started is left to run, and returns the result.
 *
 * Only what waits on the loop takes virtual time. Node's own setTimeout stays real; so do sockets and files. It is
 * the loop of all code of the thread meanwhile: what else runs then, waits there, too.
 *
 * @example
 * await withVirtualTime(async (time) => {
 *   const future = new Future<string>()
 *   time.loop.callLater(60_000, () => future.setResult('a minute later'))
 *   assert.equal(await future, 'a minute later')
 *   assert.equal(time.now(), 60_000)
 * })
 *
 * @throws what `fn` or, first, any handle of the loop throws
 * @throws GreenroomError `ERR_STALLED` if nothing is left that could settle the result
 * @throws TimeoutError if it is not at its end after `limit` virtual milliseconds
 * @throws InvalidStateError if another `withVirtualTime` of this thread is still under way, or in a greenlet
 */
export async function withVirtualTime<T>(
  fn: (time: VirtualTime) => T | PromiseLike<T>,
  options: VirtualTimeOptions = {},
): Promise<T> {
  checkFunction(fn, 'fn');
  const limit = checkDelay(options.limit ?? VIRTUAL_LIMIT_MS, 'limit');
  const order = options.seed === undefined ? {} : { order: new SeededOrder(options.seed) };
  if (inGreenlet()) {
    throw new InvalidStateError(
      'withVirtualTime() was called in a greenlet, whose own loop would stand still meanwhile; `await` it outside of ' +
        'greenlets, and spawn them inside: `await withVirtualTime(() => spawn(…))`',
    );
  }
  if (underWay) {
    throw new InvalidStateError(
      'Another withVirtualTime() is under way in this thread; `await` it before the next',
    );
  }
  const driver = new VirtualDriver({ patience: checkDelay(options.patience ?? 0, 'patience') });
  underWay = true;
  const loop = new Loop(driver, order);
  const previous = setLoop(loop);
  try {
    const time: VirtualTime = {
      loop,
      now: () => driver.now(),
      elapse: (ms) => driver.elapse(checkDelay(ms, 'ms')),
    };
    return await runToTheEnd(driver, loop, () => fn(time), limit);
  } finally {
    driver.stop();
    setLoop(previous);
    underWay = false;
  }
}

/**
 * Runs `fn` once in each of `count` random orders, seeds 0 to `count - 1`, in virtual time.
 *
 * @throws GreenroomError `ERR_SEED_FAILED` at the first that fails; it names the seed, and its `cause` is the failure
 */
export async function withSeeds(
  count: number,
  fn: (time: VirtualTime) => unknown,
  options: Omit<VirtualTimeOptions, 'seed'> = {},
): Promise<void> {
  for (let seed = 0; seed < count; seed++) {
    try {
      await withVirtualTime(fn, { ...options, seed });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new GreenroomError(
        'ERR_SEED_FAILED',
        `Failed in the order of seed ${seed}: ${reason}`,
        { cause },
      );
    }
  }
}

function runToTheEnd<T>(
  driver: VirtualDriver,
  loop: Loop,
  fn: () => T | PromiseLike<T>,
  limit: number,
): Promise<T> {
  let grace: NodeJS.Timeout | undefined;
  const resources = countResources();
  // The timer for the stall is counted while its own callback runs.
  resources.set('Timeout', (resources.get('Timeout') ?? 0) + 1);
  const ended = new Promise<T>((resolve, reject) => {
    let outcome: { value: T } | undefined;
    loop.onError = reject;
    const checkStalled = (): void => {
      // What waits for a socket or a child process is not stalled: look again later.
      if (driver.pending || moreThan(resources, countResources())) grace?.refresh();
      else reject(stalled());
    };
    driver.onIdle = (): void => {
      if (outcome !== undefined) resolve(outcome.value);
      else if (grace === undefined) grace = setTimeout(checkStalled, STALLED_AFTER_MS);
      else grace.refresh();
    };
    const watchdog = loop.callLater(limit, () => {
      reject(
        new TimeoutError(
          `Still not at its end after ${limit} ms of virtual time; \`limit\` allows more`,
        ),
      );
    });
    // Unreferenced, so that waiting for it does not count as having something left to do.
    watchdog.unref();
    const finish = (value: T): void => {
      outcome = { value };
      // Wakes the driver, which finds out whether anything is left.
      driver.schedule();
    };
    new Promise<T>((start) => start(fn())).then(finish, reject);
  });
  return ended.finally(() => clearTimeout(grace));
}

function stalled(): GreenroomError {
  const message =
    'Nothing is left to run, and the result has not settled: it waits for something that nobody is going to do';
  return new GreenroomError('ERR_STALLED', message);
}

/** What keeps this process busy outside the loop: sockets, child processes, real timers. */
function countResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) {
    if (name !== 'Immediate') counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function moreThan(before: Map<string, number>, now: Map<string, number>): boolean {
  for (const [name, count] of now) if (count > (before.get(name) ?? 0)) return true;
  return false;
}
