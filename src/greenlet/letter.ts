// What a switch carries: arguments for a greenlet that starts, a value or an
// error for one that waits in switch(). A field beside the switch rather than
// an argument of it: passing a value through the native call costs a Global.

type Letter = { args: readonly unknown[]; error: unknown; failed: boolean };

const NOTHING: readonly unknown[] = [];
/** Whether the letter is an error. */
export function isError(): boolean {
  return letter.failed;
}

/** The error the letter carries. */
export function peekError(): unknown {
  return letter.error;
}

const letter: Letter = { args: NOTHING, error: undefined, failed: false };

export function writeArguments(args: readonly unknown[]): void {
  letter.args = args;
  letter.failed = false;
}

export function writeError(error: unknown): void {
  letter.args = NOTHING;
  letter.error = error;
  letter.failed = true;
}

/** One value, as itself; several, as an array; none, as undefined. */
export function pack(args: readonly unknown[]): unknown {
  return args.length < 2 ? args[0] : args;
}

/** Takes the letter as the arguments of a start. */
export function readArguments(): readonly unknown[] {
  const { args } = letter;
  letter.args = NOTHING;
  return args;
}

/** Throws the letter away: the switch that should carry it did not take place. */
export function dropLetter(): void {
  letter.args = NOTHING;
  letter.error = undefined;
  letter.failed = false;
}

/** Takes the letter as the result of a switch(). */
export function readResult(): unknown {
  if (letter.failed) {
    const { error } = letter;
    letter.failed = false;
    letter.error = undefined;
    throw error;
  }
  return pack(readArguments());
}
