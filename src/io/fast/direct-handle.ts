import type { Socket } from 'node:net';
import { type BatchedReading, batchedReads, directSend } from '../../addon/index.ts';
import { findStreamHandle, holdsHandle, type StreamHandle } from '../../node-internals/index.ts';

const DIRECT = Symbol('greenroom.direct');

interface ExtendedHandle extends StreamHandle {
  [DIRECT]?: DirectHandle;
}

/** By the prototype that it extends: one for `TCP`, one for `Pipe`. */
const extensions = new WeakMap<object, object>();

/** What the class of a handle does not know when data goes past it. */
function extensionOf(original: StreamHandle): object {
  let made = extensions.get(original);
  if (made === undefined) {
    const plain = (handle: ExtendedHandle, name: 'bytesRead' | 'bytesWritten'): number =>
      Reflect.get(original, name, handle);
    made = Object.create(original, {
      readStart: {
        value(this: ExtendedHandle): number {
          const error = original.readStart.call(this);
          if (error === 0) this[DIRECT]!.startedReading();
          return error;
        },
      },
      bytesRead: {
        get(this: ExtendedHandle): number {
          return plain(this, 'bytesRead') + this[DIRECT]!.received;
        },
      },
      bytesWritten: {
        get(this: ExtendedHandle): number {
          return plain(this, 'bytesWritten') + this[DIRECT]!.sent;
        },
      },
    }) as object;
    extensions.set(original, made);
  }
  return made;
}

const send = directSend();

/**
 * The handle of a socket whose data goes past Node's stream, in both directions: what all sockets receive in one poll
 * comes in one call, and what the kernel takes at once is given to it in one call. Connecting, ending, closing and
 * whatever has to wait stay with the handle and the socket.
 *
 * A socket says `readStart` to its handle whoever resumes it, and libuv forgets at each stop whom to tell of data; so
 * the handle gets a class of its own between itself and Node's. That is also where the bytes are counted, for
 * `socket.bytesRead` and `socket.bytesWritten`.
 *
 * It is one of two ways to a socket; Node's public stream is the other. Rejected: a third one without the addon, by
 * the buffer of the option `onread` and by `handle.writeBuffer`. It needed four more internals of Node's.
 */
export class DirectHandle {
  readonly #socket: Socket;
  readonly #handle: ExtendedHandle;
  readonly #fd: number;
  #reading: BatchedReading | undefined = undefined;
  /** Bytes, as is `sent`. */
  received = 0;
  sent = 0;

  private constructor(socket: Socket, handle: ExtendedHandle) {
    this.#socket = socket;
    this.#handle = handle;
    this.#fd = handle.fd;
    handle[DIRECT] = this;
    Object.setPrototypeOf(handle, extensionOf(Object.getPrototypeOf(handle) as StreamHandle));
  }

  /** Null if the handle of `socket` is of another kind, or without the addon. */
  static of(socket: Socket): DirectHandle | null {
    if (send === null) return null;
    const handle: ExtendedHandle | undefined = findStreamHandle(socket);
    if (handle === undefined) return null;
    // There may be one: somebody makes a second transport of the same socket.
    return handle[DIRECT] ?? new DirectHandle(socket, handle);
  }

  /** From now on what the socket receives comes to `onChunk`, from Node's poll for I/O. */
  read(onChunk: (chunk: Buffer) => void): void {
    this.leave();
    const socket = this.#socket;
    this.#reading = batchedReads()?.((chunk) => {
      this.received += chunk.length;
      // It counts from the last activity.
      if ((socket.timeout ?? 0) > 0) socket.setTimeout(socket.timeout!);
      onChunk(chunk);
    });
    socket.on('pause', this.#onPause).on('resume', this.#onResume);
    // It may read already: one that has connected does.
    this.startedReading();
  }

  startedReading(): void {
    this.#reading?.take(this.#fd);
  }

  /** Sends `bytes`, if nothing waits to be sent before them; returns those that are the socket's to send, if any. */
  send(bytes: Buffer): Buffer | null {
    const socket = this.#socket;
    if (
      socket.writableLength > 0 ||
      socket.writableCorked > 0 ||
      !socket.writable ||
      !holdsHandle(socket, this.#handle) ||
      // Every write has to put it off.
      (socket.timeout ?? 0) > 0
    ) {
      return bytes;
    }
    const count = send!(this.#fd, bytes);
    // The socket tries again, and has the error.
    if (count < 0) return bytes;
    this.sent += count;
    return count === bytes.length ? null : bytes.subarray(count);
  }

  /** Data comes in Node's way from now on, if the handle is still open. */
  leave(): void {
    if (this.#reading === undefined) return;
    this.#reading.leave(this.#handle.fd >= 0);
    this.#reading = undefined;
    this.#socket.off('pause', this.#onPause).off('resume', this.#onResume);
    // By Node's own rule a paused stream reads on until it is full.
    this.#restart();
  }

  /** Node stops a stream when it is full. It never is, so it would read on. */
  readonly #onPause = (): void => {
    if (this.#handle.reading !== true) return;
    this.#handle.reading = false;
    this.#handle.readStop();
  };

  readonly #onResume = (): void => {
    // It is told in a later tick.
    if (!this.#socket.isPaused()) this.#restart();
  };

  #restart(): void {
    if (this.#handle.reading === true || this.#handle.fd < 0) return;
    // Node asks only if it has got what it asked for before.
    this.#socket._read(0);
  }
}
