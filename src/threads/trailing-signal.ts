/** The last argument of a call on another thread, if it is this: no function there could be given a signal, which cannot be cloned. */
export interface RemoteCallOptions {
  /** Ends the call when it is aborted; its reason is raised. */
  readonly signal: AbortSignal;
}

/**
 * The arguments of a call without its options, and the signal that was among them, if there was one.
 *
 * @throws the reason of a signal that is aborted already
 */
export function withoutSignal(
  args: readonly unknown[],
): readonly [args: readonly unknown[], signal: AbortSignal | undefined] {
  const last = args.at(-1);
  if (!isOptions(last)) return [args, undefined];
  last.signal.throwIfAborted();
  return [args.slice(0, -1), last.signal];
}

function isOptions(value: unknown): value is RemoteCallOptions {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as Partial<RemoteCallOptions>).signal instanceof AbortSignal
  );
}
