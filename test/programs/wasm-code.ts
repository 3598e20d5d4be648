// WebAssembly is compiled again and again while greenlets are parked, so that
// V8 has old wasm code to collect. Run with --stress-wasm-code-gc.

import assert from 'node:assert/strict';

import { Greenlet } from '../../src/public/greenlet.ts';

/** (func (export "sum") (param i32) (result i32)): 1 + 2 + … + n, in a loop. */
const SUM = Uint8Array.from(
  [
    '00 61 73 6d 01 00 00 00', // magic, version
    '01 06 01 60 01 7f 01 7f', // type: i32 -> i32
    '03 02 01 00', // function 0 has type 0
    '07 07 01 03 73 75 6d 00 00', // export "sum"
    '0a 1b 01 19 01 01 7f', // one body, one local
    '03 40', // loop
    '20 01 20 00 6a 21 01', // sum += n
    '20 00 41 01 6b 22 00', // n -= 1
    '0d 00 0b', // again unless it is 0
    '20 01 0b', // the sum
  ]
    .join(' ')
    .split(' '),
  (byte) => parseInt(byte, 16),
);

type Sum = (n: number) => number;

// Node's types leave WebAssembly to those of the DOM.
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object) => { exports: { sum: Sum } };
  };
};

function compile(): Sum {
  return new WebAssembly.Instance(new WebAssembly.Module(SUM)).exports.sum;
}

function work(): void {
  const sum = compile();
  // Often enough to be optimized, which leaves the first code to be collected.
  for (let i = 0; i < 3_000; i++) assert.equal(sum(100), 5050);
}

const parked = Array.from({ length: 20 }, (_, id) => {
  const greenlet = new Greenlet(() => {
    const sum = compile();
    for (let i = 0; i < 3; i++) assert.equal(sum(10 + Number(Greenlet.main.switch(id))), 55);
  });
  greenlet.switch();
  return greenlet;
});
for (let round = 0; round < 3; round++) {
  for (let i = 0; i < 5; i++) work();
  new Greenlet(work).switch();
  // Lets the tasks run that V8 posts for this thread.
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setTimeout(resolve, 1));
  for (const greenlet of parked) greenlet.switch(0);
}
assert.ok(parked.every((greenlet) => greenlet.dead));
console.log('ok');
