import { onAbort, type WaitReason } from '../kernel/index.ts';
import { CancelledError, describe, InvalidArgumentError } from '../errors/index.ts';
import type { Coroutine } from '../coroutine/index.ts';
import { Future } from '../future/index.ts';
import { Handle, KIND_STEP } from '../loop/index.ts';
import { ensureFuture, isAwaitable, type TaskBody } from '../task/index.ts';
import { type Raised, raisedBy } from '../ends/index.ts';

export interface GatherOptions {
  /** True: errors are results like others, and nothing makes the whole fail. Default false. */
  readonly returnExceptions?: boolean | undefined;
  /** Cancels all of them when it is aborted; its reason is raised. */
  readonly signal?: AbortSignal | undefined;
}

/** What comes of a thing that is waited for. */
export type Result<A> =
  A extends Coroutine<infer _Y, infer T, infer _S>
    ? T
    : A extends PromiseLike<infer T>
      ? T
      : A extends Generator<infer _Y, infer T, infer _S>
        ? T
        : A extends () => infer R
          ? Result<R>
          : A;

export type Results<A extends readonly unknown[]> = { -readonly [K in keyof A]: Result<A[K]> };

/**
 * Runs all of them at once; the result is the list of their results, in the order of the arguments. What
 * is no future yet becomes a task; the same object given twice runs once.
 *
 * The first one that fails makes the whole fail; the others go on, and what becomes of them is seen. Cancelling the
 * whole cancels all that are not done; it ends, with a CancelledError, with the first of them that does. One that
 * somebody else cancels has failed. Options need the list form: `gather([a, b], { returnExceptions: true })`. asyncio's `gather`.
 *
 * @example
 * const [user, posts] = await gather(loadUser(1), loadPosts(1))
 */
export function gather<const A extends readonly TaskBody<unknown>[]>(
  awaitables: A,
  options: GatherOptions & { readonly returnExceptions: true },
): Future<{ -readonly [K in keyof A]: unknown }>;
export function gather<const A extends readonly TaskBody<unknown>[]>(
  awaitables: A,
  options?: GatherOptions,
): Future<Results<A>>;
export function gather<A extends readonly TaskBody<unknown>[]>(
  ...awaitables: A
): Future<Results<A>>;
export function gather(...args: unknown[]): Future<unknown[]> {
  const listed = Array.isArray(args[0]);
  const bodies = (listed ? args[0] : args) as unknown[];
  const options = (listed ? args[1] : undefined) as GatherOptions | undefined;
  const allFutures = checkAll(bodies);
  const { returnExceptions, signal } = options ?? {};
  signal?.throwIfAborted();
  const children = allFutures ? (bodies.slice() as Future[]) : asFutures(bodies);
  return new Gathering(children, returnExceptions === true, signal);
}

/**
 * Whether all of them are futures already.
 *
 * @throws InvalidArgumentError if one is nothing to wait for
 */
function checkAll(bodies: readonly unknown[]): boolean {
  let allFutures = true;
  for (const body of bodies) {
    if (body instanceof Future) continue;
    allFutures = false;
    if (typeof body === 'function' || isAwaitable(body)) continue;
    throw new InvalidArgumentError(
      `Expected \`gather\` to get things to wait for, got ${describe(body)} among them`,
    );
  }
  return allFutures;
}

function asFutures(bodies: readonly unknown[]): Future[] {
  const known = new Map<unknown, Future>();
  return bodies.map((given) => {
    const body = given as TaskBody<unknown>;
    if (body instanceof Future) return body as Future;
    // A function is not yet the thing that runs: given twice, it runs twice.
    if (typeof body === 'function') return ensureFuture(body);
    let future = known.get(body);
    if (future === undefined) known.set(body, (future = ensureFuture(body)));
    return future;
  });
}

/** Tells the whole of one child's end. A handle of its own and no done callback: it calls no code of the user's. */
class ChildWaiter extends Handle {
  readonly #child: Future;
  readonly #whole: Gathering;

  constructor(child: Future, whole: Gathering) {
    super(KIND_STEP);
    this.#child = child;
    this.#whole = whole;
  }

  override get subject(): Gathering {
    return this.#whole;
  }

  override run(): void {
    this.#whole.childEnded(this.#child);
  }
}

/** What stands for a child in the list of results. The error that a cancelled one ended with is for those who wait for it. */
function resultOrError(child: Future): unknown {
  if (child.cancelled()) return new CancelledError(child.cancelMessage);
  const failure = raisedBy(child);
  return failure === undefined ? child.result() : failure.error;
}

class Gathering extends Future<unknown[]> {
  readonly #children: readonly Future[];
  readonly #returnExceptions: boolean;
  /** How many children have not ended; one that was given twice counts twice. */
  #left: number;
  /** Whether a cancellation has reached a child; then no list of results is what the whole ends with. */
  #cancelled = false;
  /** The reason of the signal that was aborted. */
  #abort: Raised | undefined;
  #stopListening: (() => void) | undefined;

  constructor(
    children: readonly Future[],
    returnExceptions: boolean,
    signal: AbortSignal | undefined,
  ) {
    super(children[0]?.loop);
    this.#children = children;
    this.#returnExceptions = returnExceptions;
    this.#left = children.length;
    if (this.#left === 0) this.setResult([]);
    for (const child of children) if (!child.done()) child.addWaiter(new ChildWaiter(child, this));
    // What has ended counts at once: all of them, and so has the whole. (asyncio's, since tasks can start eagerly.)
    for (const child of children) if (child.done()) this.childEnded(child);
    if (!this.done()) this.#stopListening = onAbort(signal, () => this.#onAbort(signal?.reason));
  }

  override get waitReason(): WaitReason {
    return 'all of several to end';
  }

  override standsFor(): readonly Future[] {
    return this.#children;
  }

  override cancel(message?: string): boolean {
    if (this.done()) return false;
    let reached = false;
    for (const child of this.#children) reached = child.cancel(message) || reached;
    if (reached) this.#cancelled = true;
    return reached;
  }

  #onAbort(reason: unknown): void {
    if (this.cancel()) this.#abort = { error: reason };
  }

  childEnded(child: Future): void {
    this.#left--;
    const cancelled = child.cancelled();
    // Looked at even if it is too late to matter: nobody else will, and it is not to be reported as unseen.
    const failure = cancelled ? undefined : raisedBy(child);
    if (this.done()) return;
    if (this.#returnExceptions || (!cancelled && failure === undefined)) {
      if (this.#left === 0) this.#complete();
    } else {
      this.#fail(failure === undefined ? this.#cancellationOf(child) : failure.error);
    }
  }

  #complete(): void {
    if (this.#cancelled) {
      this.#fail(this.#cancellationOf(this.#children.at(-1) as Future));
      return;
    }
    this.#release();
    const results: unknown[] = [];
    for (const child of this.#children) results.push(resultOrError(child));
    this.setResult(results);
  }

  /** The error that the whole ends with, cancelled with `child`. It is the child's, as is its message. (asyncio's way.) */
  #cancellationOf(child: Future): unknown {
    if (this.#abort !== undefined) return this.#abort.error;
    if (child.cancelled()) return (raisedBy(child) as Raised).error;
    return new CancelledError(child.cancelMessage);
  }

  #fail(error: unknown): void {
    this.#release();
    this.setException(error);
  }

  #release(): void {
    this.#stopListening?.();
  }
}
