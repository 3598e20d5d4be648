export { GreenletError } from './greenlet-error.ts';
export { getCurrent, Greenlet } from './greenlet.ts';
export { getTrace, setTrace, type TraceFunction } from './trace.ts';
