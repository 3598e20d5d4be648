export { markAsDefault } from './default-listener.ts';
export { type Interruptible, KeyboardInterrupt, onInterrupt } from './keyboard-interrupt.ts';
export { isExit, type Raised, raisedBy } from './raised.ts';
export { endedBySignals, guardSignal, signalHeard, signalWaits } from './signal-guard.ts';
