// Heap snapshots, the debugger, coverage and the profiler look at a process
// with greenlets parked.

import assert from 'node:assert/strict';
import { getHeapSnapshot, getHeapStatistics, queryObjects } from 'node:v8';

import { Greenlet } from '../../src/public/greenlet.ts';
import { joinAll } from '../../src/hub/join.ts';
import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { post, session } from './inspector-session.ts';

class Held {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
}

const parked = Array.from({ length: 100 }, (_, id) => {
  const greenlet = new Greenlet(() => {
    const held = new Held(id);
    Greenlet.main.switch();
    return held.id;
  });
  greenlet.switch();
  return greenlet;
});

async function snapshotSize(): Promise<number> {
  let size = 0;
  for await (const chunk of getHeapSnapshot()) size += (chunk as Buffer).length;
  return size;
}

assert.ok((await snapshotSize()) > 100_000);
// Taken on a greenlet's stack.
const stream = new Greenlet(() => getHeapSnapshot()).switch() as AsyncIterable<Buffer>;
let size = 0;
for await (const chunk of stream) size += chunk.length;
assert.ok(size > 100_000);
assert.equal(queryObjects(Held), 100);
assert.ok(getHeapStatistics().used_heap_size > 0);

post('Debugger.enable');
post('Runtime.enable');
post('Profiler.enable');
post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
post('Profiler.start');
post('HeapProfiler.enable');
post('HeapProfiler.startSampling');

// A pause inside a greenlet shows that greenlet's frames, and evaluates there.
const paused: string[][] = [];
let evaluated: unknown;
session.on('Debugger.paused', ({ params }) => {
  paused.push(params.callFrames.map((frame) => frame.functionName));
  evaluated = post('Debugger.evaluateOnCallFrame', {
    callFrameId: params.callFrames[0]!.callFrameId,
    expression: 'local * 2',
  }).result.value;
  post('Runtime.evaluate', { expression: 'gc()' });
});
const debugged = new Greenlet(() => {
  function inner(): void {
    const local = 21;
    Greenlet.main.switch(local);
    // oxlint-disable-next-line no-debugger
    debugger;
  }
  inner();
});
debugged.switch();
debugged.switch();
assert.equal(evaluated, 42);
assert.equal(paused[0]![0], 'inner');

// Stepping and breaking on exceptions while others come and go.
post('Debugger.setPauseOnExceptions', { state: 'all' });
session.removeAllListeners('Debugger.paused');
let pauses = 0;
session.on('Debugger.paused', () => {
  pauses++;
  post('Debugger.stepOver');
});
await main(() => {
  joinAll(
    Array.from({ length: 20 }, (_, id) =>
      spawn(() => {
        for (let i = 0; i < 5; i++) {
          try {
            sleep(0);
            throw new Error(`${id}`);
          } catch {
            sleep(0);
          }
        }
      }),
    ),
  );
});
assert.ok(pauses > 0);
post('Debugger.setPauseOnExceptions', { state: 'none' });

post('HeapProfiler.collectGarbage');
assert.ok(post('HeapProfiler.stopSampling').profile);
assert.ok(post('Profiler.stop').profile);
assert.ok(post('Profiler.takePreciseCoverage').result.length > 0);
post('Debugger.disable');
session.disconnect();

for (const [id, greenlet] of parked.entries()) assert.equal(greenlet.switch(), id);
console.log('ok');
