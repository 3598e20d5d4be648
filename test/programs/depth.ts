// How deep calls may go: on coroutines overflow is a RangeError, and on the
// main stack nothing has changed after coroutines ran.

import assert from 'node:assert/strict';

import { Greenlet } from '../../src/public/greenlet.ts';

const { main } = Greenlet;

function depthOfMain(): number {
  let depth = 0;
  const dive = (): void => {
    depth++;
    dive();
  };
  assert.throws(dive, RangeError);
  return depth;
}

/** Throws from `depth` frames down: V8 14 checks the stack's size on each throw. */
function throwFrom(depth: number): void {
  if (depth === 0) throw new Error('from the depth');
  throwFrom(depth - 1);
}

const before = depthOfMain();

function overflow(): string {
  let name = '';
  const dive = (): void => dive();
  try {
    dive();
  } catch (error) {
    name = (error as Error).name;
  }
  return name;
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const ways: Record<string, () => unknown> = {
  recursion: overflow,
  'recursion, parked in between'() {
    const dive = (depth: number): void => {
      if (depth === 300) main.switch();
      dive(depth + 1);
    };
    try {
      dive(0);
    } catch (error) {
      return (error as Error).name;
    }
    return 'no error';
  },
  'JSON.parse'() {
    try {
      return JSON.parse(nested(100_000)) && 'RangeError'; // an iterative parser may
    } catch (error) {
      return (error as Error).name;
    }
  },
  'JSON.stringify'() {
    let value: unknown = 1;
    for (let i = 0; i < 100_000; i++) value = [value];
    try {
      JSON.stringify(value);
    } catch (error) {
      return (error as Error).name;
    }
    return 'RangeError';
  },
  'a regular expression'() {
    try {
      new RegExp(`${'('.repeat(5_000)}a${')'.repeat(5_000)}`).test('a');
    } catch (error) {
      // "Regular expression too large" is a SyntaxError.
      return (error as Error).name.replace('SyntaxError', 'RangeError');
    }
    return 'RangeError';
  },
  structuredClone() {
    let value: unknown = 1;
    for (let i = 0; i < 100_000; i++) value = { value };
    try {
      structuredClone(value);
    } catch (error) {
      return (error as Error).name;
    }
    return 'RangeError';
  },
  'the parser'() {
    try {
      new Function(`return ${'('.repeat(50_000)}1${')'.repeat(50_000)}`)();
    } catch (error) {
      return (error as Error).name;
    }
    return 'RangeError';
  },
  'String.replace over itself'() {
    const dive = (text: string): string => text.replace('a', dive);
    try {
      dive('a');
    } catch (error) {
      return (error as Error).name;
    }
    return 'no error';
  },
  'sort within sort'() {
    const dive = (): number => ([2, 1].sort(dive), 0);
    try {
      dive();
    } catch (error) {
      return (error as Error).name;
    }
    return 'no error';
  },
};

for (const [what, way] of Object.entries(ways)) {
  const greenlet = new Greenlet(way);
  let result = greenlet.switch();
  while (!greenlet.dead) result = greenlet.switch();
  assert.equal(result, 'RangeError', what);
}

// Uncaught, it reaches the parent; the stack is used again afterwards.
const uncaught = new Greenlet(() => {
  const dive = (): void => dive();
  dive();
});
assert.throws(() => uncaught.switch(), RangeError);
for (let i = 0; i < 20; i++) assert.equal(new Greenlet(overflow).switch(), 'RangeError');

// With others parked, on the main stack.
const parked = Array.from({ length: 10 }, () => new Greenlet(() => main.switch()));
for (const greenlet of parked) greenlet.switch();
for (let i = 0; i < 5; i++) {
  const after = depthOfMain();
  assert.ok(after > before * 0.8, `main had ${before} frames before coroutines and ${after} after`);
  assert.throws(() => throwFrom(Math.floor(before / 2)), { message: 'from the depth' });
}
for (const greenlet of parked) greenlet.switch();
console.log('ok');
