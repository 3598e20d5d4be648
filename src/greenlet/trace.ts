import { checkFunction } from '../errors/index.ts';
import { type Fiber, setSwitchHook } from '../kernel/index.ts';
import { type Greenlet, greenletOf } from './greenlet.ts';

/** Called after each switch, in the greenlet switched to. */
export type TraceFunction = (
  event: 'switch' | 'throw',
  greenlets: { origin: Greenlet; target: Greenlet },
) => void;

let tracer: TraceFunction | null = null;

/**
 * Sets the function to be told of every switch on this thread, null for none;
 * returns the one before. An error it throws ends the tracing and is raised in
 * the greenlet that was switched to. (python-greenlet's `settrace`.)
 *
 * @example
 * setTrace((event, { origin, target }) => console.log(event, origin, target))
 */
export function setTrace(next: TraceFunction | null): TraceFunction | null {
  if (next !== null) checkFunction(next, 'tracer');
  const before = tracer;
  tracer = next;
  setSwitchHook(next === null ? null : report);
  return before;
}

export function getTrace(): TraceFunction | null {
  return tracer;
}

function report(event: 'switch' | 'throw', origin: Fiber, target: Fiber): void {
  try {
    tracer?.(event, { origin: greenletOf(origin), target: greenletOf(target) });
  } catch (error) {
    setTrace(null);
    throw error;
  }
}
