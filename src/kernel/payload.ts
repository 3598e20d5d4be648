// What a switch carries: arguments for a greenlet that starts, a value or an
// error for one that waits in switch(). It lies beside the switch rather than
// being an argument of it: passing a value through the native call costs a
// Global. One value lies here as itself, because an array for it would be made
// and remembered by the collector at every switch.

type Form = 'value' | 'arguments' | 'error';

const NOTHING: readonly unknown[] = [];

let form: Form = 'arguments';
let content: unknown = NOTHING;

/** Whether the letter is an error. */
export function isError(): boolean {
  return form === 'error';
}

/** The error the letter carries. */
export function peekError(): unknown {
  return content;
}

export function writeValue(value: unknown): void {
  form = 'value';
  content = value;
}

export function writeArguments(args: readonly unknown[]): void {
  if (args.length === 1) {
    writeValue(args[0]);
    return;
  }
  form = 'arguments';
  // Copied, so that the usual caller's rest parameter needs to be no array.
  content = args.length === 0 ? NOTHING : Array.from(args);
}

export function writeError(error: unknown): void {
  form = 'error';
  content = error;
}

/** Throws the letter away: it was read, or the switch that should carry it did not take place. */
export function dropLetter(): void {
  form = 'arguments';
  content = NOTHING;
}

/** Takes the letter as the arguments of a start. @throws the error that it carries instead */
export function readArguments(): readonly unknown[] {
  if (form === 'error') readResult();
  const args = form === 'value' ? [content] : (content as readonly unknown[]);
  dropLetter();
  return args;
}

/** Takes the letter as the result of a switch(): one value as itself, several as an array, none as undefined. */
export function readResult(): unknown {
  if (content === NOTHING) return undefined;
  const read = content;
  const failed = form === 'error';
  dropLetter();
  if (failed) throw read;
  return read;
}
