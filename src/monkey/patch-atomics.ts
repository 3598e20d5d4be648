/**
 * `Atomics.wait` in a greenlet: the greenlet waits, the thread does not.
 *
 * V8 keeps the list of those who wait (`Atomics.waitAsync`), so that `Atomics.notify` from any thread reaches
 * them. Time is the loop's: V8's own timer keeps no process alive and knows nothing of a virtual clock. V8 gets the
 * timeout too, though, so that its entry goes away; a notification that arrives for an entry whose greenlet has
 * already gone on is passed to the next one that waits.
 */
import { getLoop, keepProcessAlive } from '../loop/index.ts';
import { Future } from '../future/index.ts';
import { wait } from '../hub/index.ts';
import type { AnyFunction, Patch } from './patch-registry.ts';
import { callOriginal, type CallSite, makeReplacement } from './replacement.ts';

type Outcome = 'ok' | 'not-equal' | 'timed-out';

/** What `Atomics.wait` works on. */
type Waitable = Int32Array<SharedArrayBuffer> | BigInt64Array<SharedArrayBuffer>;

interface AsyncWait {
  readonly async: true;
  readonly value: Promise<Outcome>;
}

interface ImmediateWait {
  readonly async: false;
  readonly value: Outcome;
}

type WaitAsync = (
  array: Waitable,
  index: unknown,
  value: unknown,
  timeout: number,
) => AsyncWait | ImmediateWait;

const waitAsync: WaitAsync = (Atomics as unknown as { waitAsync: WaitAsync }).waitAsync;

export function atomicsPatches(): Patch[] {
  const original = Atomics.wait as AnyFunction;
  const replacement = makeReplacement('atomics', original, waitCooperatively);
  return [
    {
      kind: 'atomics',
      module: 'Atomics',
      name: 'wait',
      owner: Atomics,
      key: 'wait',
      original,
      replacement,
    },
  ];
}

function waitCooperatively(self: unknown, args: readonly unknown[], call: CallSite): unknown {
  const [array, index, value, timeout] = args;
  const begun = isWaitable(array) ? tryWait(array, index, value, timeout) : null;
  // What V8 refuses, the original refuses in its own words.
  if (begun === null) return callOriginal(call, self, args);
  const { waiting, ms } = begun;
  return waiting.async ? park(array as Waitable, Number(index), waiting.value, ms) : waiting.value;
}

function tryWait(
  array: Waitable,
  index: unknown,
  value: unknown,
  timeout: unknown,
): { waiting: AsyncWait | ImmediateWait; ms: number } | null {
  try {
    const ms = toTimeout(timeout);
    return { waiting: waitAsync(array, index, value, ms), ms };
  } catch {
    return null;
  }
}

/** Parks the greenlet until it is notified or the time is up. */
function park(array: Waitable, index: number, notified: Promise<Outcome>, ms: number): Outcome {
  const future = new Future<Outcome>();
  let over = false;
  void notified.then((outcome) => {
    if (outcome !== 'ok') return;
    if (over || future.done()) Atomics.notify(array as Int32Array<SharedArrayBuffer>, index, 1);
    else future.setResult('ok');
  });
  const stop = startClock(ms, () => {
    if (!future.done()) future.setResult('timed-out');
  });
  try {
    return wait(future);
  } finally {
    over = true;
    stop();
  }
}

/** Calls `timeUp` after `ms`, and keeps the process alive until then: any thread may still notify. */
function startClock(ms: number, timeUp: () => void): () => void {
  if (ms === Infinity) return keepProcessAlive();
  const timer = getLoop().callLater(ms, timeUp);
  return () => timer.cancel();
}

function isWaitable(array: unknown): array is Waitable {
  if (!ArrayBuffer.isView(array)) return false;
  const kind = (array as unknown as Record<symbol, unknown>)[Symbol.toStringTag];
  if (kind !== 'Int32Array' && kind !== 'BigInt64Array') return false;
  // By its tag and not its class: it may come from another realm.
  return Object.prototype.toString.call(array.buffer) === '[object SharedArrayBuffer]';
}

/** A timeout as `Atomics.wait` reads it: NaN and undefined mean none, less than 0 means 0. */
function toTimeout(timeout: unknown): number {
  // Unary plus, and not Number(): a BigInt is a TypeError here.
  const ms = +(timeout as number);
  return Number.isNaN(ms) ? Infinity : Math.max(ms, 0);
}
