import { InvalidStateError, noteWaitSite } from '../errors/index.ts';
import type { Future } from './future.ts';

/** Two lines for each generator that is delegated to: those are its own and V8's `next`. */
const MOST_FRAMES = 100;

/** Somebody asks a parked coroutine where it stands. */
let inquiry: { stack?: string } | null = null;

/**
 * What `yield* future` runs: written out, because a generator object per wait costs several times as much.
 *
 * While it waits it is its own result, `{ done: false, value: future }`. `yield*` hands that object on as it is, through
 * any number of generators, to whoever drives them; who finds a FutureIterator in it knows that the coroutine is parked
 * here, and may ask it for its stack. (One that is parked at a plain `yield` must not be resumed just to ask.)
 */
export class FutureIterator<T> {
  declare readonly done: false;
  declare readonly value: Future<T>;
  #yielded = false;

  constructor(future: Future<T>) {
    this.done = false;
    this.value = future;
  }

  next(): IteratorResult<Future<T>, T> {
    const future = this.value;
    if (future.done()) return { done: true, value: resultOf(future, this.next) };
    if (!this.#yielded) {
      this.#yielded = true;
    } else if (inquiry !== null) {
      Error.captureStackTrace(inquiry, this.next);
    } else {
      throw new InvalidStateError(
        'Resumed before the future was done; whoever gets a future from `yield*` has to wait for it, and a future is no ' +
          'list to go through or to spread: write `[future]`',
      );
    }
    return this;
  }

  throw(error: unknown): IteratorResult<Future<T>, T> {
    noteWaitSite(error, this.throw);
    throw error;
  }

  return(...values: [value: T] | []): IteratorResult<Future<T>, T> {
    // A generator that is closed hands a value on; only the language's own loops and patterns give none.
    if (values.length === 0) {
      throw new InvalidStateError(
        'A future is no list: `const [a] = future` and `for (… of future)` do not wait for it; write `yield* future`, ' +
          '`await future` or `wait(future)`',
      );
    }
    return { done: true, value: values[0] };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** The outcome, for code that stands above `waiting` on the stack. */
function resultOf<T>(future: Future<T>, waiting: (...args: never[]) => unknown): T {
  try {
    return future.result();
  } catch (error) {
    noteWaitSite(error, waiting);
    throw error;
  }
}

/**
 * The stack of a coroutine whose last result was `parked`: `resume` resumes it, which brings it to where it is parked,
 * and no further. None of its own code runs. Undefined if what it waits for is done, so that it would go on.
 */
export function parkedStack(
  parked: FutureIterator<unknown>,
  resume: () => unknown,
): string | undefined {
  if (parked.value.done()) return undefined;
  const answer: { stack?: string } = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = MOST_FRAMES;
  inquiry = answer;
  try {
    resume();
  } finally {
    inquiry = null;
    Error.stackTraceLimit = stackTraceLimit;
  }
  return withoutAsker(answer.stack);
}

/** What lies below the call of `parkedStack` is the stack of whoever asks. */
function withoutAsker(stack: string | undefined): string | undefined {
  const end = stack?.search(/\n +at parkedStack \(/) ?? -1;
  return end < 0 ? stack : stack?.slice(0, end);
}
