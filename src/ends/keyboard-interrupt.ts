import { isMainThread } from 'node:worker_threads';
import { GreenroomError } from '../errors/index.ts';
import { markAsDefault, programListens } from './default-listener.ts';
import { guardSignal, signalHeard } from './signal-guard.ts';

/** The user pressed Ctrl-C (SIGINT): what `run` fails with then, if its main lets itself be cancelled. */
export class KeyboardInterrupt extends GreenroomError {
  constructor(message: string = 'Interrupted by SIGINT', options?: ErrorOptions) {
    super('ERR_KEYBOARD_INTERRUPT', message, options);
  }
}

/** What a signal does to a program that runs. */
export interface Interruptible {
  /** The first SIGINT. */
  interrupt(): void;
  /** The second one, which does not wait for anybody. */
  interruptNow(): void;
}

const programs = new Map<Interruptible, { signals: number }>();
/** Ends the guard of those programs. */
let release: () => void;

const listener = markAsDefault((): void => {
  signalHeard('SIGINT', false);
  // Somebody began to listen after the program was started.
  if (programListens('SIGINT')) return;
  for (const [program, state] of programs) {
    if (++state.signals === 1) program.interrupt();
    else program.interruptNow();
  }
});

/**
 * From now on SIGINT interrupts `program`, until the returned function is called. Nothing happens in a Worker, or if
 * somebody else listens for SIGINT: then it is theirs. As every listener of Node's it is called by the event loop:
 * a program that computes is not interrupted; a second SIGINT meanwhile ends the process.
 */
export function onInterrupt(program: Interruptible): () => void {
  if (!isMainThread || programListens('SIGINT')) return () => undefined;
  if (programs.size === 0) {
    process.on('SIGINT', listener);
    release = guardSignal('SIGINT');
  }
  programs.set(program, { signals: 0 });
  return () => {
    if (!programs.delete(program) || programs.size > 0) return;
    release();
    process.off('SIGINT', listener);
  };
}
