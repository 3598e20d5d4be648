/**
 * Whether the process is exiting: its 'exit' listeners run, and nothing may wait any more. They run on the stack that
 * called `process.exit()`, which may be a greenlet's. `_exiting` is an internal of Node's; it is set before the first of
 * the listeners is called. Where a Node lacks it, waits in such listeners park for good, as Node's own `await` does.
 */
export function isExiting(): boolean {
  return (process as { _exiting?: boolean })._exiting === true;
}
