import {
  describe,
  errorOf,
  GreenletExit,
  InvalidArgumentError,
  TimeoutError,
} from '../errors/index.ts';
import { Greenlet } from '../greenlet/index.ts';
import { getLoop } from '../loop/index.ts';
import { checkList, type ListOf } from './check-futures.ts';
import { GreenletTask, type KillOptions } from './greenlet-task.ts';
import { joinAll } from './join.ts';
import { inGreenlet } from './blocking-fiber.ts';
import { reportError } from './report-error.ts';

/**
 * Ends a greenlet of either kind, as its own `kill` does; a plain one (of `greenroom/greenlet`, `spawnRaw`) is not
 * waited for. (gevent's `kill`.)
 *
 * @example kill(spawnRaw(serve))
 * @throws InvalidArgumentError for what is no greenlet
 */
export function kill(
  greenlet: GreenletTask | Greenlet,
  error: unknown = new GreenletExit(),
  options: KillOptions = {},
): void {
  if (greenlet instanceof GreenletTask) greenlet.kill(error, options);
  else if (Greenlet.isGreenlet(greenlet)) killPlain(greenlet, errorOf(error));
  else throw notAGreenlet(greenlet);
}

function killPlain(greenlet: Greenlet, error: unknown): void {
  // Its start may be under way, in the ready queue; what it was to run never does.
  if (!greenlet.started) greenlet.run = () => reportKill(error);
  getLoop().callSoon(throwIn, greenlet, error);
}

/** Called by the loop, so that what the greenlet does then comes back to the loop. */
function throwIn(greenlet: Greenlet, error: unknown): void {
  if (greenlet.dead) return;
  try {
    greenlet.throw(error);
  } catch (uncaught) {
    reportKill(uncaught);
  }
}

function reportKill(error: unknown): void {
  if (!(error instanceof GreenletExit)) reportError(error, 'a killed greenlet');
}

/**
 * Kills all of `greenlets`, of either kind, and waits for the ends of those that can be waited for, unless `block`
 * is false. (gevent's `killall`.)
 *
 * @throws TimeoutError when they have not all ended within `timeout` milliseconds; InvalidArgumentError for what is
 * no greenlet, and then none is killed
 */
export function killAll(
  greenlets: ListOf<GreenletTask | Greenlet>,
  error: unknown = new GreenletExit(),
  options: KillOptions = {},
): void {
  const all = [...checkList(greenlets, 'greenlets')];
  for (const one of all)
    if (!(one instanceof GreenletTask || Greenlet.isGreenlet(one))) throw notAGreenlet(one);
  for (const one of all) kill(one, error, { block: false });
  if (options.block === false || !inGreenlet()) return;
  const tasks = all.filter((one) => one instanceof GreenletTask);
  const ended = joinAll(tasks, { timeout: options.timeout, signal: options.signal });
  if (ended.length < tasks.length) {
    throw new TimeoutError(
      `${tasks.length - ended.length} of ${tasks.length} greenlets have not ended within ${options.timeout} ms of being killed`,
    );
  }
}

function notAGreenlet(value: unknown): InvalidArgumentError {
  return new InvalidArgumentError(`Expected a greenlet to kill, got ${describe(value)}`);
}
