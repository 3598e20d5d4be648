import { operation, type Operation, type OperationBody } from './operation.ts';
import type { OperationSteps } from './operation-promise.ts';
import { awaitPart } from './part.ts';
import { promiseMethods } from './promise-methods.ts';

const methods = promiseMethods<OperationSteps<unknown>>(awaitPart);

/**
 * As `operation`, for those that run code of the user's and may cancel it: timeouts, groups, scopes. Always inside
 * a task or a greenlet: `currentTask()` is there, and stays the same from the first step to the last.
 *
 * In a generator and in a greenlet the operation is a part of the line of control that waits for it; an async
 * function has none: it may await several things at once. So there, the operation becomes a task, and what it
 * cancels is that task and nothing beside it.
 */
export function structured<This, A extends unknown[], T>(
  body: OperationBody<This, A, T>,
): (this: This, ...args: A) => Operation<T> {
  return operation(body, methods);
}
