/** Receives an error that was set on a future, or raised in a task, which was then dropped without anyone looking. */
export type UnretrievedHook = (error: unknown) => void;

let report: UnretrievedHook = (error) =>
  console.error('Future exception was never retrieved:', error);

const registry = new FinalizationRegistry<unknown>((error) => report(error));

/** Replaces what happens with errors nobody looked at (by default they are printed); returns the hook before. */
export function setUnretrievedHook(hook: UnretrievedHook): UnretrievedHook {
  const previous = report;
  report = hook;
  return previous;
}

/** From now on, `future` being collected means that nobody has seen `error`. */
export function watchUnretrieved(future: object, error: unknown): void {
  registry.register(future, error, future);
}

/** Reports an error of which it is known at once that nobody is going to look at it. */
export function reportUnretrieved(error: unknown): void {
  report(error);
}

export function forgetUnretrieved(future: object): void {
  registry.unregister(future);
}
