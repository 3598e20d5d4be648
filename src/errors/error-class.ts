/** What is to be raised when `error` was given: a subclass of Error stands for an instance of it, as in Python. */
export function errorOf(error: unknown): unknown {
  return isErrorClass(error) ? new error() : error;
}

export function isErrorClass(value: unknown): value is new () => Error {
  return typeof value === 'function' && (value === Error || value.prototype instanceof Error);
}
