/** Runs a function in an async context; what `AsyncLocalStorage.snapshot()` returns is one. */
export type RunInContext = <A extends unknown[], R>(fn: (...args: A) => R, ...args: A) => R;

/** A context that functions can be run in: as a function, or as an object with a method `run`, such as a `Context`. */
export type ContextLike = RunInContext | { readonly run: RunInContext };

let capture: () => RunInContext | undefined = () => undefined;

/** Says how to keep the context of the running code for later; the layer of tasks does, which this one does not know. */
export function setContextCapture(captureCurrent: () => RunInContext | undefined): void {
  capture = captureCurrent;
}

/** The context of the running code, for a callback; undefined if it is empty. */
export function captureContext(): RunInContext | undefined {
  return capture();
}

export function runIn(context: ContextLike | undefined): RunInContext | undefined {
  if (context === undefined || typeof context === 'function') return context;
  return (fn, ...args) => context.run(fn, ...args);
}
