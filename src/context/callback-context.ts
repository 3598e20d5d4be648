/** Runs a function in an async context; what `AsyncLocalStorage.snapshot()` returns is one. */
export type RunInContext = <A extends unknown[], R>(fn: (...args: A) => R, ...args: A) => R;

/** A context that functions can be run in: as a function, or as an object with a method `run`, such as a `Context`. */
export type ContextLike = RunInContext | { readonly run: RunInContext };

export function runIn(context: ContextLike | undefined): RunInContext | undefined {
  if (context === undefined || typeof context === 'function') return context;
  return (fn, ...args) => context.run(fn, ...args);
}
