/**
 * What Node says when the `input` of `spawnSync` is of no allowed type. It checks that last, so a call with such an
 * input tells whether all else is right, and starts nothing.
 *
 * Without it `spawnSync` and the like block the whole thread in patched programs, too: Node's own is called.
 */
const REFUSED = { code: 'ERR_INVALID_ARG_TYPE', beginning: 'The "options.stdio[0]"' };

/** The refusal that `error` is; undefined if it is about something else. */
export function findRefusedInput(error: unknown): Error | undefined {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === REFUSED.code && String(message).startsWith(REFUSED.beginning)
    ? (error as Error)
    : undefined;
}
