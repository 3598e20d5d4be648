const DEFAULT_LISTENER = Symbol('greenroom.defaultListener');

/** Marks a listener for a signal that only does what would happen anyway: it does not count as the program's own. */
export function markAsDefault<L extends object>(listener: L): L {
  return Object.assign(listener, { [DEFAULT_LISTENER]: true });
}

export function isDefaultListener(listener: object): boolean {
  return DEFAULT_LISTENER in listener;
}

/** Whether the program itself listens for `signal`: then that is its affair. */
export function programListens(signal: NodeJS.Signals): boolean {
  return process.listeners(signal).some((listener) => !isDefaultListener(listener));
}
