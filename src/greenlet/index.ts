export { Greenlet, getCurrent } from './greenlet.ts';
export { GreenletError } from './greenlet-error.ts';
export { GreenletExit } from './greenlet-exit.ts';
export { type TraceFunction, getTrace, setTrace } from './trace.ts';
