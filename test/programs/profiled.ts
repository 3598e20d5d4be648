// A profile of the CPU names what greenlets compute, and its signals, which may
// come in the middle of a switch, do no harm.

import assert from 'node:assert/strict';

import { Greenlet } from '../../src/public/greenlet.ts';
import { post, session } from './inspector-session.ts';

function computeOnGreenlet(): number {
  let sum = 0;
  for (let i = 0; i < 200_000; i++) sum = (sum * 31 + i) | 0;
  return sum;
}
const computing = new Greenlet(() => {
  for (;;) Greenlet.main.switch(computeOnGreenlet());
});
const idle = new Greenlet(() => {
  for (;;) Greenlet.main.switch();
});

post('Profiler.enable');
post('Profiler.setSamplingInterval', { interval: 50 });
let named = false;
// Some hundred samples fall there in the first profile. By V8's lock now and then one does: V8
// drops those that come while "another thread" holds it.
for (let attempt = 0; attempt < 200 && !named; attempt++) {
  post('Profiler.start');
  for (let i = 0; i < 50; i++) computing.switch();
  for (let i = 0; i < 20_000; i++) idle.switch();
  const { profile } = post('Profiler.stop') as {
    profile: { nodes: { id: number; callFrame: { functionName: string } }[]; samples: number[] };
  };
  const ids = profile.nodes
    .filter(({ callFrame }) => callFrame.functionName === 'computeOnGreenlet')
    .map(({ id }) => id);
  const hits = profile.samples.filter((sample) => ids.includes(sample)).length;
  named = hits >= 20;
}
assert.ok(named, 'no sample in the greenlet');
session.disconnect();
console.log('ok');
process.exit();
