/** A handle that is a plain call and has to run on the main stack, from the loop; promise jobs may come of it. */
export const KIND_CALLBACK = 0;

/** A handle that continues a greenlet: whoever takes it may switch straight to that greenlet's stack. */
export const KIND_GREENLET = 1;

/** A handle that runs on the main stack, too, and is not what a promise job waits for: those that come of it can wait. */
export const KIND_STEP = 2;

/**
 * One entry of the ready queue: something the loop will do once. Subclasses hold what `run` needs as
 * fields, so that scheduling makes one object and no closure.
 */
export abstract class Handle {
  /** Where this may run, and what has to follow: one of the kinds above. A number, because the loop tests it at every hand-over. */
  declare kind: number;
  /** A cancelled handle stays where it is and is skipped when its turn comes. */
  declare cancelled: boolean;

  constructor(kind: number = KIND_CALLBACK) {
    this.kind = kind;
    this.cancelled = false;
  }

  /** Whom reports name when this runs: the task of a step, for example. */
  get subject(): object {
    return this;
  }

  abstract run(): void;

  /** Keeps the handle from running. Does nothing if it ran already or was cancelled before. */
  cancel(): void {
    this.cancelled = true;
  }
}

const NO_ARGUMENTS: readonly unknown[] = [];

/** A function to be called with arguments, as made by `loop.callSoon`. */
export class CallbackHandle extends Handle {
  #fn: ((...args: never[]) => unknown) | null;
  #args: readonly unknown[];

  constructor(fn: (...args: never[]) => unknown, args: readonly unknown[]) {
    super(KIND_CALLBACK);
    this.#fn = fn;
    this.#args = args;
  }

  override run(): void {
    call(this.#fn, this.#args);
  }

  override cancel(): void {
    this.cancelled = true;
    // The handle may lie in the queue for long; what it would have called need not be kept alive by it.
    this.#fn = null;
    this.#args = NO_ARGUMENTS;
  }
}

/** Calls `fn` without spreading in the usual cases of no argument and one. */
export function call(fn: ((...args: never[]) => unknown) | null, args: readonly unknown[]): void {
  if (fn === null) return;
  const callee = fn as (...args: unknown[]) => unknown;
  if (args.length === 0) callee();
  else if (args.length === 1) callee(args[0]);
  else callee(...args);
}
