/**
 * Gives an error class its own name as `name`, on the prototype, before the instance is made: V8 writes
 * the first line of `stack` while it constructs the error, so a name set afterwards would not be in it.
 */
export function nameAfterClass(errorClass: {
  readonly name: string;
  readonly prototype: object;
}): void {
  if (!Object.hasOwn(errorClass.prototype, 'name')) {
    Object.defineProperty(errorClass.prototype, 'name', {
      value: errorClass.name,
      writable: true,
      configurable: true,
    });
  }
}
