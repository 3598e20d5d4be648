import assert from 'node:assert/strict';

/** `assert.rejects` for what is awaitable without being a Promise. */
export async function rejects(
  future: PromiseLike<unknown>,
  expected: assert.AssertPredicate,
): Promise<void> {
  await assert.rejects(Promise.resolve(future), expected);
}
