import { inspect } from 'node:util';

import { KeyboardInterrupt } from '../ends/index.ts';
import { isLibraryFrame } from '../errors/index.ts';
import { LoopExit } from '../hub/index.ts';

/**
 * Reports what ended the program as Node does: to the listeners of
 * 'uncaughtException', else on stderr with the line of the source; exit code 1.
 */
export function reportUncaught(error: unknown): void {
  if (endAsInterrupted(error)) return;
  const heard =
    process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection') > 0;
  if (heard) {
    queueMicrotask(() => {
      throw error;
    });
  } else if (!(error instanceof Error)) {
    // It has no trace, and the line that Node would show is the one above.
    process.stderr.write(`Uncaught ${inspect(error)}\n`);
    process.exit(1);
  } else if (error instanceof LoopExit) {
    // It was made when everything stood still: no line of the source is to blame.
    process.stderr.write(`Uncaught ${error.name}: ${error.message}\n`);
    process.exit(1);
  } else {
    // Of a rejection Node shows the line where the error was made; of an error
    // that is thrown again it would show the line above.
    void Promise.reject(error);
  }
}

/**
 * Whether `error` says that the user pressed Ctrl-C and the program has tidied up: the process then ends as the signal
 * would have ended it, so that a shell knows. (CPython's way, too.)
 */
export function endAsInterrupted(error: unknown): boolean {
  if (!(error instanceof KeyboardInterrupt)) return false;
  process.removeAllListeners('SIGINT');
  process.kill(process.pid, 'SIGINT');
  return true;
}

/**
 * Takes the frames below the program's own off its fatal error: how it was
 * loaded is of no interest. To be called before the program runs.
 */
export function hideLoaderFrames(): void {
  // Not earlier than here: once `stack` was looked at, Node no longer finds the
  // line of the source. When monitors are called, it has found it.
  process.on('uncaughtExceptionMonitor', (error: unknown) => {
    if (!(error instanceof Error) || typeof error.stack !== 'string') return;
    dropLoaderFrames(error);
  });
}

function dropLoaderFrames(error: Error): void {
  const lines = (error.stack as string).split('\n');
  const end = lines.findLastIndex((line) => !isLoaderFrame(line)) + 1;
  if (isFrame(lines[end - 1]!)) {
    error.stack = lines.slice(0, end).join('\n');
    return;
  }
  // An error of the loader's own (a module that is missing, say) keeps Node's frames, down to who called the loader.
  const ours = lines.findIndex((line) => isFrame(line) && isLibraryFrame(line));
  if (ours > end) error.stack = lines.slice(0, ours).join('\n');
}

function isLoaderFrame(line: string): boolean {
  return isFrame(line) && (line.includes('(node:') || isLibraryFrame(line));
}

function isFrame(line: string): boolean {
  return /^ +at /.test(line);
}
