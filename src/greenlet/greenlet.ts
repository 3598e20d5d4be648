import { inspect } from 'node:util';
import { markAsUncloneable } from 'node:worker_threads';

import {
  checkFunction,
  describe,
  errorOf,
  GreenletExit,
  InvalidArgumentError,
} from '../errors/index.ts';
import { addressee } from './receiver.ts';
import {
  currentFiber,
  dropLetter,
  type Fiber,
  interrupt,
  isError,
  mainFiber,
  peekError,
  readResult,
  stay,
  traceOf,
  transfer,
  writeArguments,
  writeError,
} from '../kernel/index.ts';
import { GreenletError } from './greenlet-error.ts';
import { RawFiber, type Run } from './raw-fiber.ts';
import { leaveAbandoned, watchAbandoned } from './abandoned.ts';

/**
 * The Greenlet object of the running fiber, or that of a descendant: whatever
 * runs must not lose its object to the collector.
 */
let held: Greenlet | null = null;

/** For making a Greenlet of a fiber that exists: the constructor's second form. */
const VIEW: unique symbol = Symbol('view');

/** Reads the private field, for the functions of this file. */
let fiberWithin: (greenlet: Greenlet) => Fiber;

/**
 * A coroutine with a stack of its own, as python-greenlet's: it runs until it
 * switches to another, from any depth of calls, and goes on there when somebody
 * switches back.
 *
 * @example
 * const other = new Greenlet((n: number) => Greenlet.main.switch(n + 1) * 2)
 * other.switch(1) // 2: what it switched to main with
 * other.switch(21) // 42: what it returned
 */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- the interface below declares the accessor of the static block
export class Greenlet {
  readonly #fiber: Fiber;
  /** Keeps the object of the fiber's parent alive; who the parent is says the fiber. */
  #parent: Greenlet | null;

  /**
   * @param run what it will run; a subclass may have a method `run` instead
   * @param parent who gets its result; default: the greenlet that makes it
   * @throws InvalidArgumentError for anything else; StacksUnavailableError where no stack can be switched
   */
  constructor(run?: ((...args: never[]) => unknown) | null, parent?: Greenlet | null) {
    // A copy in another thread (a message to a Worker, structuredClone) would be a dead shell: it is refused.
    markAsUncloneable(this);
    const view = run as unknown;
    if (Array.isArray(view) && view[0] === VIEW) {
      this.#fiber = view[1] as Fiber;
      this.#parent = this.#fiber.parent === null ? null : greenletOf(this.#fiber.parent);
      this.#fiber.view = new WeakRef(this);
      return;
    }
    if (run !== undefined && run !== null) checkFunction(run, 'run');
    if (parent !== undefined && parent !== null) checkGreenlet(parent, 'parent');
    this.#parent = parent ?? getCurrent();
    this.#fiber = new RawFiber(
      this.#parent.#fiber,
      run ?? null,
      // A bound method keeps the object alive for as long as it runs: only a
      // plain function's greenlet can be found abandoned.
      run ? null : (): unknown => (this.run as unknown as Run | undefined)?.bind(this),
    );
    this.#fiber.view = new WeakRef(this);
  }

  /** The greenlet of the main stack, where Node's loop runs: the topmost parent. */
  static get main(): Greenlet {
    return greenletOf(mainFiber);
  }

  /** Whether `value` is a greenlet of this thread. */
  static isGreenlet(value: unknown): value is Greenlet {
    return typeof value === 'object' && value !== null && #fiber in value;
  }

  /**
   * Goes on with this greenlet and parks the running one, until somebody
   * switches back to that. Starts it with `args` if it is new. If it waits in
   * `switch()`, that call returns the value: one argument as itself, several as
   * an array, none as undefined. A dead one passes them on to its parent.
   *
   * @returns what somebody switches back with; on the main stack undefined when
   * the greenlet parked to wait for the loop
   * @throws what somebody throws here, among it an error that ended a child; GreenletError if it waits in the hub
   * for something else than a switch, or has nothing to run
   */
  switch(...args: unknown[]): unknown {
    writeArguments(args);
    return this.#deliver();
  }

  /**
   * As `switch`, but throws `error` (default: a GreenletExit; a subclass of Error stands for an instance of it)
   * where the greenlet is parked. One that has not started dies without running, and its parent gets the error;
   * so does the parent of a dead one. GreenletExit arrives at a parent as a value; a parent that has not started
   * starts without arguments then.
   *
   * One that waits in the hub (`sleep()`, `wait()`, …) gets the error there in the next turn of the loop, and
   * `throw` returns at once.
   */
  throw(error: unknown = new GreenletExit()): unknown {
    writeError(errorOf(error));
    return this.#deliver();
  }

  #deliver(): unknown {
    let fiber: Fiber;
    try {
      fiber = addressee(this.#fiber);
    } catch (error) {
      dropLetter();
      throw error;
    }
    if (fiber === currentFiber()) {
      stay();
      return readResult();
    }
    if (fiber.parkedOn !== null) return interject(fiber);
    const target = fiber === this.#fiber ? this : greenletOf(fiber);
    leaveAbandoned(currentFiber());
    held = target;
    transfer(fiber);
    return readResult();
  }

  static {
    fiberWithin = (greenlet) => greenlet.#fiber;
    // An accessor for JavaScript, a method for TypeScript (see the interface
    // below): TypeScript lets no subclass write a method over an accessor.
    Object.defineProperty(this.prototype, 'run', {
      configurable: true,
      get(this: Greenlet): Run | undefined {
        return this.#fiber instanceof RawFiber ? (this.#fiber.body ?? undefined) : undefined;
      },
      set(this: Greenlet, run: Run): void {
        checkFunction(run, 'run');
        if (!(this.#fiber instanceof RawFiber) || this.#fiber.state !== 'pending') {
          throw new GreenletError('`run` cannot be set after the greenlet has started');
        }
        this.#fiber.body = run;
      },
    });
    Object.defineProperty(this.prototype, inspect.custom, {
      configurable: true,
      value(this: Greenlet): string {
        return this.toString();
      },
    });
  }

  /** Who gets the result and an uncaught error: another greenlet of this thread; null for the main one. */
  get parent(): Greenlet | null {
    const { parent } = this.#fiber;
    if (parent !== null && (this.#parent as Greenlet).#fiber !== parent)
      this.#parent = greenletOf(parent);
    return this.#parent;
  }

  set parent(parent: Greenlet) {
    if (this.#fiber === mainFiber)
      throw new GreenletError('The main greenlet has no parent and cannot be given one');
    checkGreenlet(parent, 'parent');
    for (let at: Fiber | null = parent.#fiber; at !== null; at = at.parent) {
      if (at === this.#fiber)
        throw new GreenletError(
          'Cyclic parent chain: this greenlet is an ancestor of the given parent',
        );
    }
    this.#parent = parent;
    this.#fiber.parent = parent.#fiber;
  }

  /** Whether it has finished. */
  get dead(): boolean {
    return this.#fiber.state === 'dead';
  }

  /** Whether it has started and not finished: what `bool(greenlet)` is in Python. */
  get active(): boolean {
    return this.#fiber.state === 'active';
  }

  /** Whether it was ever started. */
  get started(): boolean {
    return this.#fiber.state !== 'pending';
  }

  /**
   * Where a suspended greenlet stands: its stack trace, the innermost call
   * first. Undefined for one that runs, has not started or is dead. It costs
   * two switches when asked for, and nothing otherwise.
   */
  get stack(): string | undefined {
    return traceOf(this.#fiber);
  }

  get [Symbol.toStringTag](): string {
    return 'Greenlet';
  }

  /** For people: `Greenlet (suspended)`, with `main` for the main one and the name of a subclass. */
  toString(): string {
    const fiber = this.#fiber;
    const state =
      fiber === currentFiber() ? 'current' : fiber.state === 'active' ? 'suspended' : fiber.state;
    return `${this.constructor.name} (${fiber === mainFiber ? 'main, ' : ''}${state})`;
  }
}

export interface Greenlet {
  /**
   * What it will run; undefined from its start on. May be set until then, or
   * be a method of a subclass.
   */
  run(...args: never[]): unknown;
}

/** Delivers the letter to a fiber that waits in the hub: an error ends its wait; a value is not what it waits for. */
function interject(fiber: Fiber): undefined {
  if (isError()) {
    interrupt(fiber, peekError());
    dropLetter();
    return;
  }
  dropLetter();
  throw new GreenletError(
    `Cannot switch to this greenlet: it waits in the hub for ${fiber.parkedOn?.reason}, and only that resumes it. ` +
      'To end its wait early, throw() an error in it',
  );
}

function checkGreenlet(value: unknown, what: string): asserts value is Greenlet {
  if (!Greenlet.isGreenlet(value)) {
    throw new InvalidArgumentError(
      `Expected \`${what}\` to be a Greenlet of this thread, got ${describe(value)}`,
    );
  }
}

/** The Greenlet object of a fiber: the one that exists, or a new one. */
export function greenletOf(fiber: Fiber): Greenlet {
  const known = fiber.view?.deref() as Greenlet | undefined;
  if (known !== undefined) return known;
  const view = new Greenlet([VIEW, fiber] as never);
  if (fiber instanceof RawFiber) watchAbandoned(view, fiber);
  else keep.set(fiber, view);
  return view;
}

/** Fibers that are no user's greenlets (the main stack, spawned tasks) keep the object once it was asked for. */
const keep = new WeakMap<Fiber, Greenlet>();

/**
 * The greenlet whose code runs: the main one outside of all others.
 *
 * @example getCurrent() === Greenlet.main // true, at the top of a program
 */
export function getCurrent(): Greenlet {
  const fiber = currentFiber();
  if (held === null || fiberWithin(held) !== fiber) held = greenletOf(fiber);
  return held;
}
