import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { type ProgramResult, runProgram } from '../programs/run-program.ts';
import { eachBackend, heavy } from './each-backend.ts';

eachBackend('with stacks parked', ({ passes }) => {
  test('overflow is a RangeError, and the main stack keeps its depth', () => passes('depth'));

  test('nothing parks within promise jobs of its own stack or in a native callback', () =>
    passes('promise-jobs'));

  test('a script that times out is stopped, and nothing else', () => passes('terminated-script'));

  test('a script that times out between the lines of a switch leaves all in order', () =>
    passes('terminated-switch', { args: [heavy ? '2000' : '100'] }));

  test('Workers have stacks of their own, and can be terminated whatever runs on them', () =>
    passes('workers', { args: [heavy ? '20' : '1'] }));

  test('Workers that load the addon one after another each find it', () => passes('worker-alone'));

  test('heap snapshots, debugger, coverage and profiler work', () => passes('inspected'));

  test('http and fetch go on under collections', () =>
    passes('soak', { args: heavy ? ['20000', '2000'] : ['60', '60'] }));
});

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
