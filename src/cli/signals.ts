import { type Fiber, raiseSoon, waiting } from '../kernel/index.ts';
import { guardSignal, markAsDefault, signalHeard } from '../ends/index.ts';
import { GreenletExit } from '../errors/index.ts';

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];
const LOOK_EVERY_MS = 5;

/**
 * Lets the first SIGINT or SIGTERM unwind every greenlet, so that their
 * `finally` blocks run, and then ends the process as the signal would have; a
 * second one ends it at once. A program that listens for the signal itself is
 * left to do so.
 *
 * Like every listener of Node's it is called by the event loop: while a
 * greenlet computes, the first one waits; a second one does not.
 */
export function unwindOnSignals(program: () => Fiber | undefined): void {
  let unwinding = false;
  for (const signal of SIGNALS) {
    // A program that is interrupted by `run()` of asyncio's ends in its way.
    const listener = markAsDefault((): void => {
      const alone = process.listenerCount(signal) === 1;
      for (const each of SIGNALS) signalHeard(each, alone);
      if (!alone) return;
      if (unwinding) return die(signal, listener);
      unwinding = true;
      // The program first: a greenlet that it is switched to hands its end on to it.
      const body = program();
      if (body !== undefined && body.state === 'active') raiseSoon(body, new GreenletExit());
      for (const fiber of waiting()) if (fiber !== body) raiseSoon(fiber, new GreenletExit());
      const look = (): void => {
        if (waiting().length === 0 && body?.state !== 'active') die(signal, listener);
        else setTimeout(look, LOOK_EVERY_MS);
      };
      setTimeout(look, 0);
    });
    process.on(signal, listener);
    guardSignal(signal);
  }
}

/** Ends the process by the signal itself, so that a shell sees what happened. */
function die(signal: NodeJS.Signals, listener: () => void): void {
  process.off(signal, listener);
  process.kill(process.pid, signal);
}
