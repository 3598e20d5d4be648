/** What travels to a worker thread: which function of which module to call, with what. */
export interface Job {
  readonly module: string;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** What travels back. */
export type Outcome = { readonly value: unknown } | { readonly failure: Failure };

/** A thrown value. Cloning keeps an error's message, stack and cause; the rest goes beside it. */
export interface Failure {
  readonly error: unknown;
  /** The class of JavaScript's own that an error's class extends. */
  readonly base: string | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** On the worker's side. */
export function packFailure(error: unknown): Failure {
  const properties: Record<string, unknown> = {};
  if (error instanceof Error) {
    properties['name'] = error.name;
    properties['message'] = error.message;
    for (const [key, value] of Object.entries(error)) {
      if (isCloneable(value)) properties[key] = value;
    }
  }
  const base = baseClass(error);
  return isCloneable(error)
    ? { error, base, properties }
    : {
        error: new Error(`A value that cannot be cloned was thrown: ${String(error)}`),
        base,
        properties,
      };
}

/** On the side of the one who asked. */
export function unpackFailure({ error, base, properties }: Failure): unknown {
  if (!(error instanceof Error)) return error;
  const found = BASES.find(({ name }) => name === base);
  if (found !== undefined) Object.setPrototypeOf(error, found.prototype);
  const { name, message, ...rest } = properties;
  // Cloning makes one of JavaScript's own errors of any other, and an empty one of a DOMException.
  for (const [key, value] of Object.entries({ name, message })) {
    if (value !== undefined && value !== error[key as 'name' | 'message'])
      Object.defineProperty(error, key, { value, configurable: true, writable: true });
  }
  return Object.assign(error, rest);
}

/** The nearest first. */
const BASES = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, Error];

function baseClass(error: unknown): string | undefined {
  return BASES.find((each) => error instanceof each)?.name;
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
