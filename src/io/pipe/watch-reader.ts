import { closeSync, constants, openSync } from 'node:fs';
import { openPoll, READABLE } from '../../addon/index.ts';

/**
 * Calls `onGone`, once, when nobody can read any more what is written to the pipe `fd`: at once, if that is so already.
 * Returns what ends the watch. Node's own handle of a pipe that is only written to does not look for that, and libuv
 * watches each descriptor once; so the pipe is opened a second time.
 *
 * The watch keeps the process alive. Where there can be none, or there is no addon, it returns undefined, and the next
 * write tells.
 */
export function watchReader(fd: number, onGone: () => void): (() => void) | undefined {
  if (process.platform === 'win32') return undefined;
  let copy: number;
  try {
    copy = openSync(`/dev/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENXIO') onGone();
    return undefined;
  }
  let stop = (): void => {
    stop = doNothing;
    closeSync(copy);
  };
  try {
    const poll = openPoll(copy, () => {
      stop();
      onGone();
    });
    const close = stop;
    stop = (): void => {
      poll.close();
      close();
    };
    // Nothing can be read from this end: whatever is told is that the other end is closed.
    poll.watch(READABLE);
  } catch {
    stop();
    return undefined;
  }
  return () => stop();
}

function doNothing(): void {}
