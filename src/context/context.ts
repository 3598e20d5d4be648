/**
 * Context variables, as Python's `contextvars`. A context is a set of values that can be changed while code runs in
 * it; every task runs in a copy of its maker's, so that what one sets the other does not see.
 *
 * Which context is the current one is found out when somebody asks, and nothing is kept up to date meanwhile:
 *
 *  1. the one that `context.run()` entered, if the running code belongs to the same task or greenlet as that call;
 *  2. else the own one of the task or greenlet;
 *  3. else, outside of both, what `context.run()` entered further out, or the thread's.
 *
 * What was entered travels in the async context (AsyncLocalStorage), so code after an `await` still finds it. A
 * task's context hangs on the task and not there: a coroutine that is awaited sets variables for the one that awaits
 * it, as in Python, which a value in the async context cannot do (each `await` restores it).
 *
 * As long as no context variable was made in this thread, no task needs a context: making a task then costs one
 * comparison. From then on it costs a copy, which shares its values until one of the two is changed.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { checkFunction, InvalidStateError } from '../errors/index.ts';
import { outsideOwners, type Owner, runningFiber, runningOwner } from '../kernel/index.ts';
import type { ContextVar } from './context-var.ts';
import type { RunInContext } from './callback-context.ts';

type Values = Map<ContextVar<unknown>, unknown>;

/** What `context.run()` leaves in the async context. */
interface Entered {
  readonly context: Context;
  /** The task or the spawned greenlet whose code entered it. */
  readonly owner: Owner | undefined;
  /** The stack on which it was entered; undefined for the main stack, and where the owner tells enough. */
  readonly fiber: object | undefined;
}

const entered = new AsyncLocalStorage<Entered | undefined>();

let inUse = false;

/** From now on tasks are made with a copy of their maker's context. */
export function useContexts(): void {
  inUse = true;
}

/** The contexts of greenlets that are no tasks. */
const ofFibers = new WeakMap<object, Context>();

/**
 * Values of context variables. (Python's `contextvars.Context`.)
 *
 * @example
 * const context = copyContext()
 * context.run(() => requestId.set('a1'))
 * context.get(requestId) // 'a1'; outside of it nothing has changed
 */
export class Context {
  #values: Values | undefined;
  /** Another context has the same values: they are copied before they change. */
  #shared = false;
  #running = false;

  /**
   * Runs `fn(...args)` in this context and returns its result. What an async function does after its first `await`
   * runs in it, too.
   *
   * @throws InvalidStateError if the context is being run in already
   */
  run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R {
    checkFunction(fn, 'fn');
    if (this.#running) {
      throw new InvalidStateError(
        'Cannot enter the context: it is entered already; run in a copy of it, `context.copy().run(…)`',
      );
    }
    this.#running = true;
    try {
      return entered.run(
        { context: this, owner: runningOwner(), fiber: runningFiber() },
        fn,
        ...args,
      );
    } finally {
      this.#running = false;
    }
  }

  /** Another context with the same values. */
  copy(): Context {
    const copy = new Context();
    if (this.#values !== undefined) {
      copy.#values = this.#values;
      copy.#shared = true;
      this.#shared = true;
    }
    return copy;
  }

  /** The value that `variable` has here, or undefined; its default does not count. */
  get<T>(variable: ContextVar<T>): T | undefined {
    return this.#values?.get(variable) as T | undefined;
  }

  /** Whether `variable` was set here. */
  has(variable: ContextVar<unknown>): boolean {
    return this.#values?.has(variable) ?? false;
  }

  /** How many variables are set here. */
  get size(): number {
    return this.#values?.size ?? 0;
  }

  keys(): IterableIterator<ContextVar<unknown>> {
    return (this.#values ?? NOTHING).keys();
  }

  values(): IterableIterator<unknown> {
    return (this.#values ?? NOTHING).values();
  }

  entries(): IterableIterator<[ContextVar<unknown>, unknown]> {
    return (this.#values ?? NOTHING).entries();
  }

  /** The variables that are set here, with their values. */
  [Symbol.iterator](): IterableIterator<[ContextVar<unknown>, unknown]> {
    return this.entries();
  }

  /** @internal Sets, or with `undefined` removes, the value of a variable. */
  write(variable: ContextVar<unknown>, value: { readonly value: unknown } | undefined): void {
    if (this.#values === undefined || this.#shared) this.#values = new Map(this.#values);
    this.#shared = false;
    if (value === undefined) this.#values.delete(variable);
    else this.#values.set(variable, value.value);
  }
}

const NOTHING: Values = new Map();

/** The context of code that belongs to no task and was not entered with `run`. */
const threadContext = new Context();

/** The context that the running code sets variables in. */
export function currentContext(): Context {
  const owner = runningOwner();
  const scope = entered.getStore();
  if (owner !== undefined)
    return scope?.owner === owner ? scope.context : (owner.context as Context);
  const fiber = runningFiber();
  if (fiber === undefined || scope?.fiber === fiber) return scope?.context ?? threadContext;
  return contextOfFiber(fiber);
}

/** Empty at first, as a greenlet's is in Python. */
function contextOfFiber(fiber: object): Context {
  let context = ofFibers.get(fiber);
  if (context === undefined) ofFibers.set(fiber, (context = new Context()));
  return context;
}

/** A copy of the context of the running code. (Python's `copy_context`.) */
export function copyContext(): Context {
  return currentContext().copy();
}

/** The context for a task or greenlet that is being made; undefined if it would be empty. */
export function inheritedContext(): Context | undefined {
  if (!inUse) return undefined;
  const current = currentContext();
  return current.size === 0 ? undefined : current.copy();
}

/**
 * Calls `make`, which captures the async context for a greenlet: one that belongs to no task. Async functions that
 * the greenlet calls go on without it, on the main stack, and still find its variables.
 */
export function withGreenletContext<R>(greenlet: Owner, make: () => R): R {
  if (!inUse) return outsideOwners(make);
  const scope: Entered = {
    context: greenlet.context as Context,
    owner: greenlet,
    fiber: undefined,
  };
  return entered.run(scope, outsideOwners, make);
}

/** Calls `make`, which captures the async context for a callback: one that belongs to no task, in `context`. */
export function withCallbackContext<R>(context: Context, make: () => R): R {
  const scope: Entered = { context, owner: undefined, fiber: undefined };
  return entered.run(scope, outsideOwners, make);
}

/** A copy of the context of the running code, for a callback that is registered here; undefined if it is empty. */
export function captureContext(): RunInContext | undefined {
  if (!inUse) return undefined;
  const context = copyContext();
  return (fn, ...args) => context.run(fn, ...args);
}
