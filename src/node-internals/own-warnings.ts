/**
 * The texts of Node's experimental warnings about what the command itself uses, and not the program: `require()` of ES
 * modules, and type stripping done by hand.
 *
 * Without them older Nodes print these warnings under `greenroom run`.
 */
const OURS = /using require\(\)|Module in require|stripTypeScriptTypes/;

/** What of `text` says that it is such a warning. */
export function findOwnWarning(text: string): string | undefined {
  return OURS.exec(text)?.[0];
}
