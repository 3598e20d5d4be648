import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { type ProgramResult, runProgram } from '../programs/run-program.ts';

suite('native code that overflows a stack', { concurrency: 2 }, () => {
  // It is a crash, for there is nobody to catch an error; but it says what it is.
  const overflows = async (env: Record<string, string>, stack: number): Promise<ProgramResult> => {
    const result = await runProgram('native-overflow', {
      env: { GREENROOM_STACKS: 'native', ...env },
      args: [String(stack)],
    });
    assert.equal(result.stdout, 'dives\n', result.stderr);
    return result;
  };

  test('runs into a guard, and the process says so before it ends', async () => {
    const { signal, stderr } = await overflows({}, 1);
    assert.equal(signal, 'SIGSEGV');
    assert.match(stderr, /overflowed in native code.*setStackSize/);
  });

  test('does so too where only every sixteenth stack can be guarded', async () => {
    const { signal, stderr } = await overflows({ GREENROOM_STACK_GUARD: 'sparse' }, 0);
    assert.equal(signal, 'SIGSEGV');
    assert.match(stderr, /overflowed in native code.*setStackSize/);
  });

  test('is noticed when the stack is given back, where it had no guard', async () => {
    const { signal, stderr } = await overflows({ GREENROOM_STACK_GUARD: 'sparse' }, 1);
    assert.equal(signal, 'SIGABRT');
    assert.match(
      stderr,
      /overflowed its stack of 256 KB in native code and wrote beyond it.*setStackSize/,
    );
  });
});
