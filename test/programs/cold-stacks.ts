// Greenlets stay parked for many scavenges, so that they are left out of them, and wake at random. What they hold is
// young when they park; what others change of it meanwhile is young later. Whatever V8 misses is another object, or
// none, when they look.
//
// arguments: greenlets, rounds, and an addon to load `before` the first stack, or `after` it

import assert from 'node:assert/strict';

import { loadAddon } from '../../src/addon/addon.ts';
import { Greenlet } from '../../src/greenlet/greenlet.ts';

const [, , count = '200', rounds = '150', when, foreign] = process.argv;
const GREENLETS = Number(count);
const collect = gc as unknown as (options?: { type: 'minor' }) => void;

let seed = 1;
function random(below: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return (seed >>> 8) % below;
}

interface Part {
  readonly n: number;
  readonly text: string;
}
/** What a greenlet holds, and others change. */
interface Box {
  readonly id: number;
  readonly parts: Part[];
  latest: Part;
}
interface Message {
  readonly n: number;
  readonly stop: boolean;
}

const newPart = (id: number, n: number): Part => ({ n, text: `part ${id} ${n}` });
const boxes = Array.from({ length: GREENLETS }, (_, id): Box => ({
  id,
  parts: [],
  latest: newPart(id, 0),
}));

function check(box: Box): void {
  for (const part of [...box.parts, box.latest])
    assert.equal(part.text, `part ${box.id} ${part.n}`);
}

/** Parks until it is told to stop, and returns the sum of what it was sent. */
function live(box: Box): number {
  for (let sum = 0; ;) {
    const young = { n: random(1000), list: [1, 2, 3] };
    const text = `young ${young.n}`;
    const message = Greenlet.main.switch(box.id) as Message;
    assert.equal(text, `young ${young.n}`);
    assert.deepEqual(young.list, [1, 2, 3]);
    check(box);
    sum += message.n;
    if (message.stop) return sum;
  }
}

/** Parks below frames of several kinds, each of which holds something young. */
function dive(box: Box, depth: number): number {
  if (depth === 0) return live(box);
  const local = { depth, list: [box.id, depth] };
  const big = BigInt(box.id) << 80n;
  const below = (): number => dive(box, depth - 1);
  let sum: number;
  if (depth % 3 === 0) sum = [2, 1].map((x) => (x === 1 ? below() : 0))[1]!;
  else if (depth % 3 === 1) {
    const holder = {
      get sum(): number {
        return below();
      },
    };
    sum = holder.sum;
  } else {
    try {
      sum = below();
    } finally {
      assert.equal(local.list[0], box.id);
    }
  }
  assert.deepEqual(local, { depth, list: [box.id, depth] });
  assert.equal(big >> 80n, BigInt(box.id));
  return sum;
}

const sums = Array.from({ length: GREENLETS }, () => 0);
function start(id: number): Greenlet {
  const greenlet = new Greenlet(() => dive(boxes[id]!, 1 + random(9)));
  greenlet.switch();
  sums[id] = 0;
  return greenlet;
}

function change(box: Box): void {
  box.latest = newPart(box.id, random(1e6));
  if (random(3) > 0) return;
  box.parts.push(newPart(box.id, random(1e6)));
  if (box.parts.length > 20) box.parts.shift();
}

let garbage: unknown[] = [];
function waste(): void {
  for (let k = 0; k < 500; k++) garbage.push({ k, text: `waste ${k}` });
  if (garbage.length > 3000) garbage = garbage.slice(2500);
}

const load = (): void => process.dlopen({ exports: {} }, foreign!);
if (when === 'before') load();
const greenlets = boxes.map(({ id }) => start(id));
if (when === 'after') load();

const { addon } = loadAddon() as { addon: { statistics(): { cold: number } } };
let mostCold = 0;
for (let round = 0; round < Number(rounds); round++) {
  for (let k = 0; k < 40; k++) change(boxes[random(GREENLETS)]!);
  for (let k = 0; k < 5; k++) {
    const id = random(GREENLETS);
    const n = random(100);
    if (random(6) > 0) {
      sums[id]! += n;
      assert.equal(greenlets[id]!.switch({ n, stop: false }), id);
    } else {
      assert.equal(greenlets[id]!.switch({ n: 0, stop: true }), sums[id]);
      assert.ok(greenlets[id]!.dead);
      greenlets[id] = start(id);
    }
  }
  waste();
  collect({ type: 'minor' });
  mostCold = Math.max(mostCold, addon.statistics().cold);
  if (random(25) === 0) collect();
}
for (const [id, greenlet] of greenlets.entries())
  assert.equal(greenlet.switch({ n: 0, stop: true }), sums[id]);
console.log(`${mostCold} were left out at once`);
console.log('ok');
