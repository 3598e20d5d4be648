import { getSystemErrorMessage, getSystemErrorName } from 'node:util';
import { GreenroomError } from '../errors/index.ts';
import { loadAddon } from './addon.ts';

export const READABLE = 1;
export const WRITABLE = 2;

/** A file descriptor cannot be watched: it is closed, or of a kind that is always ready, or nothing can watch it here. */
export class DescriptorError extends GreenroomError {
  readonly fd: number;

  constructor(fd: number, message: string) {
    super('ERR_DESCRIPTOR', message);
    this.fd = fd;
  }
}

/** A watch over one file descriptor, on Node's own loop. Level-triggered: it tells again as long as it is ready. */
export interface DescriptorPoll {
  /** What to watch for: READABLE, WRITABLE, both, or 0. While it watches, it keeps the process alive. */
  watch(events: number): void;
  close(): void;
}

/**
 * Begins to watch `fd`, for nothing yet. `onEvents` is called from Node's loop with what is ready, or with an error.
 *
 * @throws DescriptorError if it cannot be watched
 */
export function openPoll(
  fd: number,
  onEvents: (events: number, error: DescriptorError | undefined) => void,
): DescriptorPoll {
  const loaded = loadAddon();
  if ('missing' in loaded) {
    throw new DescriptorError(
      fd,
      `Cannot watch descriptor ${fd}: that is done by the addon, and ${loaded.missing}. Use a stream of Node's (node:net, node:tty) for it`,
    );
  }
  const { addon } = loaded;
  const watcher = addon.pollOpen(fd, (status, events) => {
    onEvents(events, status < 0 ? failed(fd, status) : undefined);
  });
  if (typeof watcher === 'number') throw failed(fd, watcher);
  return {
    watch(events): void {
      const status = addon.pollWatch(watcher, events);
      if (status < 0) throw failed(fd, status);
    },
    close: () => addon.pollClose(watcher),
  };
}

function failed(fd: number, error: number): DescriptorError {
  const name = getSystemErrorName(error);
  const advice =
    name === 'EPERM'
      ? '; regular files and folders are always ready: just read and write them'
      : name === 'EBADF'
        ? '; it is not open'
        : '';
  return new DescriptorError(
    fd,
    `Cannot watch descriptor ${fd}: ${getSystemErrorMessage(error)} (${name})${advice}`,
  );
}
