import { checkFunction, TimeoutError } from '../errors/index.ts';
import type { Future } from '../future/index.ts';
import { getLoop } from '../loop/index.ts';
import { type Body, type Operation, structured } from '../task/index.ts';
import { CancelScope, type ScopeOptions } from './cancel-scope.ts';
import { checkDeadline, deadlineAfter } from './deadline.ts';

/** What runs in a scope. */
export type ScopeBody<T> = Body<[scope: CancelScope], T>;

/**
 * Runs `body` for `ms` milliseconds at most, and goes on: the result is what the body returns, or undefined if it
 * was cut short (`scope.cancelledCaught` tells). As Trio's `move_on_after`; see `CancelScope` for what is cancelled.
 *
 * @example
 * const answer = await moveOnAfter(200, async () => ask(server)) ?? 'no answer'
 */
export function moveOnAfter<T>(
  ms: number,
  body: ScopeBody<T>,
  options?: ScopeOptions,
): Operation<T | undefined> {
  checkDeadline(ms, 'ms');
  checkFunction(body, 'body');
  return after(ms, false, body, options) as Operation<T | undefined>;
}

/** As `moveOnAfter`, until `deadline` on the loop's clock. */
export function moveOnAt<T>(
  deadline: number,
  body: ScopeBody<T>,
  options?: ScopeOptions,
): Operation<T | undefined> {
  return new CancelScope({ ...options, deadline }).run(body);
}

/**
 * As `moveOnAfter`, but what is cut short is an error. As Trio's `fail_after`. `timeout` does the same in asyncio's
 * way: it cancels the task, once.
 *
 * @throws TimeoutError if the scope was cancelled
 */
export function failAfter<T>(ms: number, body: ScopeBody<T>, options?: ScopeOptions): Operation<T> {
  checkDeadline(ms, 'ms');
  checkFunction(body, 'body');
  return after(ms, true, body, options) as Operation<T>;
}

/** As `failAfter`, until `deadline` on the loop's clock. @throws TimeoutError if the scope was cancelled */
export function failAt<T>(
  deadline: number,
  body: ScopeBody<T>,
  options?: ScopeOptions,
): Operation<T> {
  const scope = new CancelScope({ ...options, deadline });
  checkFunction(body, 'body');
  return failing(scope, body) as Operation<T>;
}

/** The time begins when it is waited for. */
const after = structured(function* (
  ms: number,
  fails: boolean,
  body: ScopeBody<unknown>,
  options: ScopeOptions | undefined,
): Generator<Future | undefined, unknown, unknown> {
  const deadline = deadlineAfter(getLoop(), ms, 'ms') ?? Infinity;
  const scope = new CancelScope({ ...options, deadline });
  return yield* fails ? failing(scope, body) : scope.run(body);
});

const failing = structured(function* (
  scope: CancelScope,
  body: ScopeBody<unknown>,
): Generator<Future | undefined, unknown, unknown> {
  const result = yield* scope.run(body);
  if (scope.cancelledCaught) throw new TimeoutError();
  return result;
});
