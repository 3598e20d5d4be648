import { type DescriptorPoll, openPoll, READABLE, WRITABLE } from '../addon/index.ts';
import { checkInteger } from '../errors/index.ts';
import { Handle } from '../loop/index.ts';
import type { Callback } from './callback.ts';
import type { EventLoop } from './event-loop.ts';

/** Something with a file descriptor, or the descriptor itself. */
export type DescriptorLike = number | { readonly fd: number };

/** The callback for one direction of one descriptor; one object, which is in the ready queue at most once. */
class ReadyHandle extends Handle {
  readonly #callback: Callback;
  queued = false;

  constructor(callback: Callback) {
    super();
    this.#callback = callback;
  }

  override run(): void {
    this.queued = false;
    this.#callback.call(this);
  }
}

/** Both directions of one descriptor. */
interface Watched {
  readonly poll: DescriptorPoll;
  reader: ReadyHandle | undefined;
  writer: ReadyHandle | undefined;
}

/** The descriptors that an event loop watches: one callback for each and direction. */
export class Descriptors {
  readonly #eventLoop: EventLoop;
  readonly #watched = new Map<number, Watched>();

  constructor(eventLoop: EventLoop) {
    this.#eventLoop = eventLoop;
  }

  addReader(descriptor: DescriptorLike, callback: Callback): void {
    this.#set(fdOf(descriptor), 'reader', callback);
  }

  addWriter(descriptor: DescriptorLike, callback: Callback): void {
    this.#set(fdOf(descriptor), 'writer', callback);
  }

  removeReader(descriptor: DescriptorLike): boolean {
    return this.#remove(fdOf(descriptor), 'reader');
  }

  removeWriter(descriptor: DescriptorLike): boolean {
    return this.#remove(fdOf(descriptor), 'writer');
  }

  close(): void {
    for (const fd of this.#watched.keys()) {
      this.#remove(fd, 'reader');
      this.#remove(fd, 'writer');
    }
  }

  #set(fd: number, direction: 'reader' | 'writer', callback: Callback): void {
    const watched = this.#watched.get(fd) ?? this.#open(fd);
    watched[direction]?.cancel();
    watched[direction] = new ReadyHandle(callback);
    try {
      watched.poll.watch(eventsOf(watched));
    } catch (error) {
      this.#remove(fd, direction);
      throw error;
    }
  }

  #open(fd: number): Watched {
    const poll = openPoll(fd, (events, error) => {
      if (error !== undefined) return this.#failed(fd, error);
      if ((events & READABLE) !== 0) this.#ready(watched.reader);
      if ((events & WRITABLE) !== 0) this.#ready(watched.writer);
    });
    const watched: Watched = { poll, reader: undefined, writer: undefined };
    this.#watched.set(fd, watched);
    return watched;
  }

  /** Called from Node's loop, again and again while the descriptor is ready. */
  #ready(handle: ReadyHandle | undefined): void {
    if (handle === undefined || handle.queued) return;
    handle.queued = true;
    this.#eventLoop.loop.enqueue(handle);
  }

  #failed(fd: number, error: Error): void {
    this.#remove(fd, 'reader');
    this.#remove(fd, 'writer');
    this.#eventLoop.callExceptionHandler({
      message: `Descriptor ${fd} is no longer watched`,
      exception: error,
    });
  }

  #remove(fd: number, direction: 'reader' | 'writer'): boolean {
    const watched = this.#watched.get(fd);
    const handle = watched?.[direction];
    if (watched === undefined || handle === undefined) return false;
    handle.cancel();
    watched[direction] = undefined;
    const events = eventsOf(watched);
    if (events !== 0) {
      watched.poll.watch(events);
    } else {
      watched.poll.close();
      this.#watched.delete(fd);
    }
    return true;
  }
}

function eventsOf({ reader, writer }: Watched): number {
  return (reader === undefined ? 0 : READABLE) | (writer === undefined ? 0 : WRITABLE);
}

/** @throws InvalidArgumentError */
function fdOf(descriptor: DescriptorLike): number {
  const fd = typeof descriptor === 'object' ? descriptor?.fd : descriptor;
  return checkInteger(fd, 'fd', 0, 2 ** 31 - 1);
}
