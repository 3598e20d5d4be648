/**
 * The names of Node's own functions in stack traces: `processTicksAndRejections`, `runMicrotasks`, `Module._compile`
 * and others.
 *
 * Without them the error of a wait on the main stack calls the place "a callback that Node calls", and the advice in
 * it is the one for that.
 */
const RUNS_PROMISE_JOBS = /\bprocessTicksAndRejections\b|\brunMicrotasks?\b/;
const LOADS_A_MODULE =
  /\bModuleJob\w*\.run|\bModule\._compile\b|\bloadESM\b|\bModuleWrap\b|\bevalScript\b/;

/** What of Node's stands on a stack, of which these are the frames: undefined if nothing known. */
export function findNodeFrame(
  frames: readonly string[],
): 'promise jobs' | 'module loader' | undefined {
  if (frames.some((frame) => RUNS_PROMISE_JOBS.test(frame))) return 'promise jobs';
  return frames.some((frame) => LOADS_A_MODULE.test(frame)) ? 'module loader' : undefined;
}
