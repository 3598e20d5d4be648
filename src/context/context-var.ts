import {
  describe,
  GreenroomError,
  InvalidArgumentError,
  InvalidStateError,
} from '../errors/index.ts';
import { type Context, currentContext, useContexts } from './context.ts';

/** A context variable was read that has neither a value in the current context nor a default. (Python's LookupError.) */
export class ContextVarUnsetError extends GreenroomError {
  constructor(name: string) {
    super(
      'ERR_CONTEXT_VAR_UNSET',
      `The context variable ${describe(name)} has no value here; set it, or give a default: \`get(value)\``,
    );
  }
}

export interface ContextVarOptions<T> {
  /** What `get` returns where the variable was not set. Without it, that is an error. */
  readonly default?: T;
}

/**
 * A variable whose value belongs to the current context: that of the task, of `context.run()`, of the greenlet.
 * (Python's `contextvars.ContextVar`.)
 *
 * @example
 * const user = new ContextVar<string>('user', { default: 'nobody' })
 * await run(async () => {
 *   user.set('ada')
 *   await createTask(async () => user.get()) // 'ada', and what the task sets stays there
 * })
 */
export class ContextVar<T> {
  readonly name: string;
  readonly #options: ContextVarOptions<T>;

  /** @throws InvalidArgumentError if `name` is no string */
  constructor(name: string, options: ContextVarOptions<T> = {}) {
    if (typeof name !== 'string')
      throw new InvalidArgumentError(`Expected \`name\` to be a string, got ${describe(name)}`);
    useContexts();
    this.name = name;
    this.#options = options;
  }

  /**
   * The value in the current context; else `fallback`, if one is given; else the variable's default.
   *
   * @throws ContextVarUnsetError if there is none of these
   */
  get(): T;
  get<D>(fallback: D): T | D;
  get(...fallback: unknown[]): unknown {
    const context = currentContext();
    if (context.has(this.#key)) return context.get(this);
    if (fallback.length > 0) return fallback[0];
    if ('default' in this.#options) return this.#options.default;
    throw new ContextVarUnsetError(this.name);
  }

  /** Sets the value in the current context. The token gives the one before back: `variable.reset(token)`. */
  set(value: T): ContextToken<T> {
    const context = currentContext();
    const before = context.has(this.#key) ? { value: context.get(this) as T } : undefined;
    context.write(this.#key, { value });
    return new ContextToken<T>(this, context, before);
  }

  /**
   * Takes the `set` back that returned `token`.
   *
   * @throws InvalidArgumentError if the token is another variable's, or was made in another context
   * @throws InvalidStateError if it has been used
   */
  reset(token: ContextToken<T>): void {
    if (!(token instanceof ContextToken))
      throw new InvalidArgumentError(
        `Expected \`token\` to be what \`set\` returned, got ${describe(token)}`,
      );
    token.use(this, currentContext());
  }

  get #key(): ContextVar<unknown> {
    return this;
  }
}

/** What `variable.set()` returns, for `variable.reset()`; good for once, in the context in which it was made. */
export class ContextToken<T> {
  readonly variable: ContextVar<T>;
  readonly #context: Context;
  readonly #before: { readonly value: T } | undefined;
  #used = false;

  /** @internal */
  constructor(
    variable: ContextVar<T>,
    context: Context,
    before: { readonly value: T } | undefined,
  ) {
    this.variable = variable;
    this.#context = context;
    this.#before = before;
  }

  /** The value before the `set`; undefined if there was none. */
  get oldValue(): T | undefined {
    return this.#before?.value;
  }

  /** @internal */
  use(variable: ContextVar<T>, context: Context): void {
    if (variable !== this.variable) {
      throw new InvalidArgumentError(
        `Expected a token of the context variable ${describe(variable.name)}, got one of ${describe(this.variable.name)}`,
      );
    }
    if (context !== this.#context) {
      throw new InvalidArgumentError(
        `The token of the context variable ${describe(variable.name)} was made in another context; reset it in the task that set it`,
      );
    }
    if (this.#used) {
      throw new InvalidStateError(
        `The token of the context variable ${describe(variable.name)} has been used; each \`set\` returns one for one \`reset\``,
      );
    }
    this.#used = true;
    context.write(variable, this.#before);
  }
}
