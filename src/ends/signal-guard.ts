/**
 * Lets a signal end the process if the one before it was not heard. Listeners are called by the event loop, so while a
 * program computes they hear nothing; and because there are listeners, the signal does not end the process either. So
 * nobody would heed a person who presses Ctrl-C, however often. While the program listens for the signal itself, it is
 * not guarded; nor is anything where there is no addon.
 */
import { constants } from 'node:os';
import { type Addon, loadAddon } from '../addon/index.ts';
import { isDefaultListener, programListens } from './default-listener.ts';

/** How many want each signal to be guarded. */
const wanted = new Map<NodeJS.Signals, number>();

/** Guards `signal`, for which a default listener was added, until the returned function is called. */
export function guardSignal(signal: NodeJS.Signals): () => void {
  const before = wanted.get(signal) ?? 0;
  if (wanted.size === 0) {
    process.on('newListener', beforeAdded);
    process.on('removeListener', afterRemoved);
  }
  wanted.set(signal, before + 1);
  if (before === 0 && !programListens(signal)) addon()?.guardSignal(numberOf(signal));
  return () => {
    const left = wanted.get(signal)! - 1;
    if (left > 0) {
      wanted.set(signal, left);
      return;
    }
    wanted.delete(signal);
    addon()?.releaseSignal(numberOf(signal));
    if (wanted.size > 0) return;
    process.off('newListener', beforeAdded);
    process.off('removeListener', afterRemoved);
  };
}

/** To be called by the listener. After the `last` one that needs to be heard, the next one ends the process. */
export function signalHeard(signal: NodeJS.Signals, last: boolean): void {
  addon()?.signalHeard(numberOf(signal), last);
}

/** Whether a guarded signal has come that nobody has heard: the loop must turn for that. False where there is no addon. */
export function signalWaits(): boolean {
  return wanted.size > 0 && addon()?.signalWaits() === true;
}

/**
 * Makes a call that blocks the thread, and that the first guarded signal may end, with the process: nobody could hear
 * it before the call returns. What the program listens for itself is not guarded, and heard after the call.
 */
export function endedBySignals<T>(call: () => T): T {
  if (wanted.size === 0) return call();
  addon()?.signalsEnd(true);
  try {
    return call();
  } finally {
    addon()?.signalsEnd(false);
  }
}

function beforeAdded(event: string | symbol, listener: object): void {
  const signal = event as NodeJS.Signals;
  if (wanted.has(signal) && !isDefaultListener(listener)) addon()?.releaseSignal(numberOf(signal));
}

function afterRemoved(event: string | symbol): void {
  const signal = event as NodeJS.Signals;
  if (wanted.has(signal) && !programListens(signal)) addon()?.guardSignal(numberOf(signal));
}

function numberOf(signal: NodeJS.Signals): number {
  return constants.signals[signal];
}

function addon(): Addon | undefined {
  const loaded = loadAddon();
  return 'addon' in loaded ? loaded.addon : undefined;
}
