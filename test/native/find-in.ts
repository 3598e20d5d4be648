// Runs a search of native/ on a stand-in for V8 that differs from it in one way.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

/** What the program says of the search: "found", or why not. */
export function findIn([program, ...args]: readonly string[], difference: string): string {
  const result = spawnSync(program!, args, {
    encoding: 'utf8',
    env: { FAKE_V8: difference },
    timeout: 60_000,
  });
  assert.equal(result.signal, null, result.stderr);
  assert.equal(result.status, result.stdout === 'found\n' ? 0 : 1, result.stderr);
  return result.stdout.trimEnd();
}
