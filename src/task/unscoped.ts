import { currentTask } from './current-task.ts';

/**
 * `yield* steps`, out of the reach of the scopes that the running code stands in: for what has to be done before it
 * can be left, such as taking back a lock. Otherwise each try would be ended at once, for ever.
 */
export function* unscoped<Y, T>(steps: Generator<Y, T, unknown>): Generator<Y, T, unknown> {
  const member = currentTask();
  const scope = member?.scope;
  if (member === undefined || scope === undefined) return yield* steps;
  scope.leave(member);
  member.scope = undefined;
  try {
    return yield* steps;
  } finally {
    member.scope = scope;
    scope.join(member);
  }
}
