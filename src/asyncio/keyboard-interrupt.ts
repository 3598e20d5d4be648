import { isMainThread } from 'node:worker_threads';
import { GreenroomError } from '../errors/index.ts';

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

const DEFAULT_LISTENER = Symbol('greenroom.defaultListener');

/** Marks a listener for SIGINT that only does what would happen anyway: it does not count as the program's own. */
export function markAsDefault<L extends object>(listener: L): L {
  return Object.assign(listener, { [DEFAULT_LISTENER]: true });
}

const programs = new Map<Interruptible, { signals: number }>();

const listener = markAsDefault((): void => {
  // Somebody began to listen after the program was started.
  if (othersListen()) return;
  for (const [program, state] of programs) {
    if (++state.signals === 1) program.interrupt();
    else program.interruptNow();
  }
});

/**
 * From now on SIGINT interrupts `program`, until the returned function is called. Nothing happens in a Worker, or if
 * somebody else listens for SIGINT: then it is theirs. As every listener of Node's it is called by the event loop:
 * a program that computes without ever waiting is not interrupted.
 */
export function onInterrupt(program: Interruptible): () => void {
  if (!isMainThread || othersListen()) return () => undefined;
  if (programs.size === 0) process.on('SIGINT', listener);
  programs.set(program, { signals: 0 });
  return () => {
    if (programs.delete(program) && programs.size === 0) process.off('SIGINT', listener);
  };
}

function othersListen(): boolean {
  return process.listeners('SIGINT').some((each) => !(DEFAULT_LISTENER in each));
}
