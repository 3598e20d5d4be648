import { inspect, type InspectOptions } from 'node:util';
import { nameAfterClass } from './class-name.ts';
import { isErrorClass } from './error-class.ts';
import { describe, InvalidArgumentError } from './invalid-argument.ts';

/** Any class whose instances are errors. */
export type ErrorClass<E extends Error = Error> = abstract new (...args: never) => E;

/** Which errors are meant: those of a class, of one of several classes, or those a function says yes to. */
export type ErrorCondition = ErrorClass | readonly ErrorClass[] | ((error: unknown) => unknown);

const NO_TEXT = Symbol('no text of its own');

/**
 * Several errors that happened at once, and have to be raised as one: what a `TaskGroup` throws. Its members are
 * `errors`, and may be groups themselves. Python's `ExceptionGroup` (PEP 654), on JavaScript's AggregateError.
 *
 * @example
 * try {
 *   await TaskGroup.run(serveAll)
 * } catch (error) {
 *   if (!(error instanceof ExceptionGroup)) throw error
 *   const [refused, rest] = error.split(ConnectionRefused)
 *   if (refused !== undefined) await retry(refused.errors)
 *   if (rest !== undefined) throw rest
 * }
 */
export class ExceptionGroup<E = unknown> extends AggregateError {
  readonly code = 'ERR_EXCEPTION_GROUP';
  declare readonly errors: E[];
  /** What the group was made with: `message` has the count of members behind it. */
  readonly #text: string;
  /** The lines of the stack trace, without the head. */
  #frames: string;

  static {
    // Not as a method: the declaration of a class cannot tell of a name that is computed.
    Object.defineProperty(this.prototype, inspect.custom, {
      configurable: true,
      value(this: ExceptionGroup, _depth: number, options: InspectOptions): string {
        const text = String(this.stack);
        if (!('cause' in this)) return text;
        return `${text}\n  [cause]: ${indent(inspect(this.cause, options), '  ')}`;
      },
    });
  }

  /** @throws InvalidArgumentError if there are no errors */
  constructor(message: string, errors: Iterable<E>, options?: ErrorOptions) {
    nameAfterClass(new.target);
    const members = [...errors];
    if (members.length === 0) {
      throw new InvalidArgumentError(
        `Expected \`errors\` of an ExceptionGroup to be one or more, got none; message ${describe(message)}`,
      );
    }
    super(members, `${message} (${count(members.length)})`, options);
    this.#text = message;
    const trace = String(this.stack);
    const at = trace.search(/\n {4}at /);
    this.#frames = at < 0 ? '' : trace.slice(at);
    // What prints an error prints its stack, be it Node, a logger or a greenlet: so the members have to be there.
    // They are looked at when they are asked for, because rendering a stack costs more than making the group.
    let written: unknown = NO_TEXT;
    Object.defineProperty(this, 'stack', {
      configurable: true,
      enumerable: false,
      get: () => (written === NO_TEXT ? this.#render() : written),
      set: (value: unknown) => {
        written = value;
      },
    });
  }

  /** The members: Python's name for `errors`. */
  get exceptions(): readonly E[] {
    return this.errors;
  }

  /**
   * The group of those members, at any depth, that `condition` is true for, in the same nesting; undefined if there
   * are none. A group that it is true for is taken whole.
   */
  subgroup(condition: ErrorCondition): ExceptionGroup | undefined {
    return this.split(condition)[0];
  }

  /** Two groups: the members `condition` is true for, as `subgroup` gives them, and all the others. */
  split(
    condition: ErrorCondition,
  ): [matching: ExceptionGroup | undefined, rest: ExceptionGroup | undefined] {
    return this.#split(predicateOf(condition));
  }

  /**
   * A group like this one with other members; `split` and `subgroup` make theirs by it. A subclass with a
   * constructor of its own overrides it. The message, the cause and the stack are copied afterwards.
   */
  derive<F>(errors: readonly F[]): ExceptionGroup<F> {
    return new ExceptionGroup(this.#text, errors);
  }

  #split(
    matches: (error: unknown) => unknown,
  ): [ExceptionGroup | undefined, ExceptionGroup | undefined] {
    if (matches(this)) return [this, undefined];
    const matching: unknown[] = [];
    const rest: unknown[] = [];
    for (const error of this.errors as readonly unknown[]) {
      if (error instanceof ExceptionGroup) {
        const [inner, others] = error.#split(matches);
        if (inner !== undefined) matching.push(inner);
        if (others !== undefined) rest.push(others);
      } else {
        (matches(error) ? matching : rest).push(error);
      }
    }
    return [this.#part(matching), this.#part(rest)];
  }

  #part(errors: readonly unknown[]): ExceptionGroup | undefined {
    if (errors.length === 0) return undefined;
    const part = this.derive(errors);
    if ('cause' in this && !('cause' in part)) {
      Object.defineProperty(part, 'cause', {
        value: this.cause,
        writable: true,
        configurable: true,
      });
    }
    part.#frames = this.#frames;
    return part;
  }

  /** The head, where it was made, and below it each member with its own stack. */
  #render(): string {
    const lines = [`${this.name}: ${this.message}${this.#frames}`];
    const last = this.errors.length - 1;
    (this.errors as readonly unknown[]).forEach((error, i) => {
      const text = inspect(error, { depth: 4 });
      lines.push(i === last ? `  └─ ${indent(text, '     ')}` : `  ├─ ${indent(text, '  │  ')}`);
    });
    return lines.join('\n');
  }
}

function count(n: number): string {
  return n === 1 ? '1 sub-exception' : `${n} sub-exceptions`;
}

function indent(text: string, by: string): string {
  return text.replaceAll('\n', `\n${by}`);
}

function predicateOf(condition: ErrorCondition): (error: unknown) => unknown {
  if (Array.isArray(condition)) {
    const classes: readonly unknown[] = condition;
    for (const one of classes) if (!isErrorClass(one)) throw refused(one);
    return (error) => classes.some((one) => error instanceof (one as ErrorClass));
  }
  if (isErrorClass(condition)) return (error) => error instanceof condition;
  if (typeof condition === 'function') return condition as (error: unknown) => unknown;
  throw refused(condition);
}

function refused(condition: unknown): InvalidArgumentError {
  return new InvalidArgumentError(
    `Expected \`condition\` to be an error class, an array of them or a function, got ${describe(condition)}`,
  );
}
