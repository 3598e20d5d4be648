import { inspect } from 'node:util';
import { debugProbe } from './debug-probe.ts';

/** A handle that is a plain call and has to run on the main stack, from the loop; promise jobs may come of it. */
export const KIND_CALLBACK = 0;

/** A handle that continues a greenlet: whoever takes it may switch straight to that greenlet's stack. */
export const KIND_GREENLET = 1;

/** A handle that runs on the main stack, too, and is not what a promise job waits for: those that come of it can wait. */
export const KIND_STEP = 2;

/** A handle that is not to run. It stays where it is and is skipped when its turn comes. */
export const KIND_CANCELLED = -1;

/** What subclasses may have that their text shows. */
interface Shown {
  /** The name in place of the class's. */
  readonly kindName?: string;
  readonly name?: unknown;
  readonly when?: unknown;
}

/**
 * One entry of the ready queue: something the loop will do once. Subclasses hold what `run` needs as
 * fields, so that scheduling makes one object and no closure.
 *
 * Here, and in all superclasses of what is made by the hundred thousand (futures, tasks, fibers), fields are declared,
 * and set by the constructor: neither initializers nor `#` names. V8 makes an object in line, through its whole chain of
 * constructors, unless a superclass has those; then it calls each constructor and looks up the next one at run time,
 * which takes longer than all that a short task does. The last class of a chain may have them.
 */
export abstract class Handle {
  /** Where this may run, and what has to follow: one of the kinds above. A number, because the loop tests it at every hand-over. */
  declare kind: number;

  constructor(kind: number = KIND_CALLBACK) {
    this.kind = kind;
  }

  static {
    Object.defineProperty(this.prototype, inspect.custom, {
      configurable: true,
      value(this: Handle): string {
        return this.toString();
      },
    });
  }

  /** Whom reports name when this runs: the task of a step, for example. */
  get subject(): object {
    return this;
  }

  /**
   * For reports and `console.log`: `<Handle tick>`, `<TimerHandle when=1500 tick>` (milliseconds of the loop's clock),
   * `<Handle cancelled>`; in debug mode also where it was made. (Python's repr.)
   */
  toString(): string {
    const { kindName, name, when } = this as Shown;
    const parts = [kindName ?? this.constructor.name];
    if (this.cancelled) parts.push('cancelled');
    if (typeof when === 'number') parts.push(`when=${when}`);
    // One that is cancelled has let go of its function.
    if (typeof name === 'string' && !this.cancelled) parts.push(name);
    const made = debugProbe === null ? '' : debugProbe.createdAt(this);
    return `<${parts.join(' ')}${made}>`;
  }

  abstract run(): void;

  get cancelled(): boolean {
    return this.kind === KIND_CANCELLED;
  }

  /** Keeps the handle from running. Does nothing if it ran already or was cancelled before. */
  cancel(): void {
    this.kind = KIND_CANCELLED;
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
    this.kind = KIND_CANCELLED;
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
