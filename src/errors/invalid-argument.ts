import { nameAfterClass } from './class-name.ts';

const LONGEST_QUOTE = 40;

/** Thrown when a call is given a value it cannot work with. The message quotes the value. */
export class InvalidArgumentError extends TypeError {
  readonly code = 'ERR_INVALID_ARGUMENT';

  constructor(message: string, options?: ErrorOptions) {
    nameAfterClass(new.target);
    super(message, options);
  }
}

/** Quotes a value shortly, for an error message: `"text"`, `10n`, `function sort`, `an Array`, `NaN`. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(
        value.length > LONGEST_QUOTE ? `${value.slice(0, LONGEST_QUOTE)}…` : value,
      );
    case 'bigint':
      return `${value}n`;
    case 'function':
      return value.name === '' ? 'an anonymous function' : `function ${value.name}`;
    case 'object':
      return value === null ? 'null' : describeObject(value);
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
}

function describeObject(value: object): string {
  // A proxy or a getter may throw here; an error message must not fail because of the value it quotes.
  try {
    let name = constructorName(value);
    if (typeof name !== 'string' || name === '' || name === 'Object')
      name = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
    if (typeof name !== 'string' || name === '') return 'an object';
    return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
  } catch {
    return 'an object';
  }
}

/** Read without running a getter: that of an operation begins it. */
function constructorName(value: object): unknown {
  for (
    let at: object | null = value;
    at !== null;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    const property = Object.getOwnPropertyDescriptor(at, 'constructor');
    if (property !== undefined) return (property.value as { name?: unknown } | undefined)?.name;
  }
  return undefined;
}

/**
 * Refuses what cannot be called.
 *
 * @throws InvalidArgumentError
 */
export function checkFunction(value: unknown, what: string): void {
  if (typeof value !== 'function') {
    throw new InvalidArgumentError(`Expected \`${what}\` to be a function, got ${describe(value)}`);
  }
}

/** @throws InvalidArgumentError unless `value` is an object, as options are */
export function checkOptions(value: unknown, example: string): void {
  if (typeof value === 'object' && value !== null) return;
  throw new InvalidArgumentError(
    `Expected options, such as \`${example}\`, got ${describe(value)}`,
  );
}

/**
 * Returns `ms` if it is a delay: a finite number of milliseconds, 0 or more.
 *
 * @throws InvalidArgumentError for NaN, infinities, negative numbers and other types
 */
export function checkDelay(ms: unknown, what: string): number {
  if (typeof ms === 'number' && ms >= 0 && ms < Infinity) return ms;
  const advice = ms === Infinity ? '; to wait without limit, leave it out' : '';
  throw new InvalidArgumentError(
    `Expected \`${what}\` to be a number of milliseconds from 0 up, got ${describe(ms)}${advice}`,
  );
}

/**
 * Returns `value` if it is a whole number from `min` to `max`, both included.
 *
 * @throws InvalidArgumentError
 */
export function checkInteger(
  value: unknown,
  what: string,
  min: number = Number.MIN_SAFE_INTEGER,
  max: number = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max)
    return value as number;
  const from = min === Number.MIN_SAFE_INTEGER ? '' : ` from ${min}`;
  const to = max === Number.MAX_SAFE_INTEGER ? (from === '' ? '' : ' up') : ` to ${max}`;
  throw new InvalidArgumentError(
    `Expected \`${what}\` to be a whole number${from}${to}, got ${describe(value)}`,
  );
}

/**
 * Returns `value` if it can abort: an AbortSignal, or what looks like one; or undefined.
 *
 * @throws InvalidArgumentError
 */
export function checkAbortSignal(value: unknown, what: string): AbortSignal | undefined {
  if (value === undefined) return undefined;
  const signal: Partial<AbortSignal> | null = value;
  if (typeof signal?.throwIfAborted === 'function' && typeof signal.addEventListener === 'function')
    return value as AbortSignal;
  throw new InvalidArgumentError(
    `Expected \`${what}\` to be an AbortSignal, got ${describe(value)}`,
  );
}
