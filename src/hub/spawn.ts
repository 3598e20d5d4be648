import {
  checkDelay,
  checkFunction,
  describe,
  GreenletExit,
  InvalidArgumentError,
} from '../errors/index.ts';
import { Greenlet } from '../greenlet/index.ts';
import { getLoop } from '../loop/index.ts';
import { GreenletTask } from './greenlet-task.ts';
import { reportError } from './report-error.ts';

/**
 * Runs `fn(...args)` in a greenlet of its own, from the next turn of the loop
 * on; returns at once.
 *
 * @example
 * const size = spawn(() => readFileSync('a').length)
 * const other = spawn(() => readFileSync('b').length)
 * console.log(size.get() + other.get())
 * @throws InvalidArgumentError if `fn` is no function; StacksUnavailableError where no stack can be switched
 */
export function spawn<A extends unknown[], T>(fn: (...args: A) => T, ...args: A): GreenletTask<T> {
  checkBlocking(fn);
  return new GreenletTask<T>(fn as unknown as (...args: never[]) => T, ...args).start();
}

const AsyncFunction = (async () => {}).constructor;

/** @throws InvalidArgumentError also for an async function: it leaves the greenlet at its first `await` */
function checkBlocking(fn: unknown): void {
  checkFunction(fn, 'fn');
  if (!(fn instanceof AsyncFunction)) return;
  throw new InvalidArgumentError(
    `Expected \`fn\` to be a function that may block, got async ${describe(fn)}, whose greenlet would end at its first ` +
      '`await`; write `spawn(() => wait(fn()))`, or `createTask(fn)` of greenroom/asyncio',
  );
}

/**
 * As `spawn`, in `ms` milliseconds. Killed before that, it never runs. (gevent's `spawn_later`.)
 *
 * @example spawnLater(1000, () => console.log('a second later'))
 * @throws InvalidArgumentError also if `ms` is negative or not finite
 */
export function spawnLater<A extends unknown[], T>(
  ms: number,
  fn: (...args: A) => T,
  ...args: A
): GreenletTask<T> {
  checkDelay(ms, 'ms');
  checkBlocking(fn);
  return new GreenletTask<T>(fn as unknown as (...args: never[]) => T, ...args).startLater(ms);
}

/**
 * Runs `fn(...args)` in a plain greenlet, as those of `greenroom/greenlet`: it can be switched to, but has no
 * `join`, `get` or `link`. Its result is dropped, its error reported. (gevent's `spawn_raw`.)
 *
 * @example spawnRaw(() => { sleep(10); console.log('nobody waits for me') })
 */
export function spawnRaw<A extends unknown[]>(fn: (...args: A) => unknown, ...args: A): Greenlet {
  checkFunction(fn, 'fn');
  const greenlet = new Greenlet(() => {
    try {
      fn(...args);
    } catch (error) {
      if (!(error instanceof GreenletExit)) reportError(error, 'a raw greenlet');
    }
  }, Greenlet.main);
  getLoop().callSoon(startRaw, greenlet);
  return greenlet;
}

function startRaw(greenlet: Greenlet): void {
  if (!greenlet.started) greenlet.switch();
}
