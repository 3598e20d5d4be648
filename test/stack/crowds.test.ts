import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { compile } from '../native/compile.ts';
import { runProgram } from '../programs/run-program.ts';
import { eachBackend, heavy } from './each-backend.ts';

let library: string | undefined;
const eatMappings = (): string => (library ??= compile('eat-mappings.cc', 'library'));

const NODE = Number(process.versions.node.split('.')[0]);

eachBackend(
  'many stacks',
  ({ backend, passes }) => {
    test('one after another leave memory flat', () =>
      passes('million', { args: [heavy ? '1000000' : '20000'] }));

    // A stack of the fallback is a thread, and the system limits their number.
    const crowd = backend === 'thread' ? 1_000 : heavy ? 100_000 : 5_000;
    test(`at once: ${crowd} parked, and all go on`, () =>
      passes('hundred-thousand', { args: [String(crowd)] }));

    // Node 22 reserves 10 GB of addresses for its own WebAssembly (type stripping).
    test('until memory runs out: one more is refused, and nothing is lost', () =>
      passes('memory-limit', { limit: `-v ${NODE === 22 ? 15_000_000 : 4_000_000}` }));

    test('until mappings run out: V8 has enough left to go on', () =>
      passes('mapping-limit', {
        args: ['20000'],
        env: {
          LD_PRELOAD: eatMappings(),
          LEAVE_MAPPINGS: '5200',
          // The other kind of guard needs none.
          GREENROOM_STACK_GUARD: 'sparse',
        },
      }));
  },
  { byLock: false },
);

suite('many objects', () => {
  test('are collected in few scavenges, because each looks at all stacks', async () => {
    const result = await runProgram('scavenges', {
      flags: ['--trace-gc', '--min-semi-space-size=1', '--max-semi-space-size=128'],
    });
    assert.equal(result.code, 0, result.stderr);
    const scavenges = result.stdout.split('one is parked')[1]!.match(/Scavenge/g)!.length;
    // 8 at most with V8's semi-space-growth-factor at 8; 13 and more without.
    assert.ok(scavenges <= 10, `${scavenges} scavenges`);
  });
});
