import type { Socket } from 'node:net';
import { type BatchedReading, batchedReads, directSend } from '../../addon/index.ts';

/** What is used of Node's `TCP` and `Pipe`, one of which stands behind a socket. */
interface StreamHandle {
  /** Negative when it is closed. */
  readonly fd: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Zero, or the number of an error. */
  readStart(): number;
}

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
 */
export class DirectHandle {
  readonly #handle: ExtendedHandle;
  readonly #fd: number;
  #reading: BatchedReading | undefined = undefined;
  /** Bytes, as is `sent`. */
  received = 0;
  sent = 0;

  private constructor(handle: ExtendedHandle, original: StreamHandle) {
    this.#handle = handle;
    this.#fd = handle.fd;
    handle[DIRECT] = this;
    Object.setPrototypeOf(handle, extensionOf(original));
  }

  /** Null if the handle of `socket` is of another kind, or without the addon. */
  static of(socket: Socket): DirectHandle | null {
    const handle = (socket as { _handle?: ExtendedHandle | null })._handle ?? null;
    if (send === null || handle === null) return null;
    // Somebody makes a second transport of the same socket.
    if (handle[DIRECT] !== undefined) return handle[DIRECT];
    const original = Object.getPrototypeOf(handle) as StreamHandle & { constructor: Function };
    const { name } = original.constructor;
    if ((name !== 'TCP' && name !== 'Pipe') || !(handle.fd >= 0)) return null;
    return new DirectHandle(handle, original);
  }

  /** From now on what `socket` receives, which has this handle, comes to `onChunk`. */
  read(socket: Socket, onChunk: (chunk: Buffer) => void): void {
    this.leave();
    const timed = socket as { timeout?: number; _unrefTimer?: () => void };
    this.#reading = batchedReads()?.((chunk) => {
      this.received += chunk.length;
      // `socket.setTimeout` counts from the last activity.
      if ((timed.timeout ?? 0) > 0) timed._unrefTimer?.();
      onChunk(chunk);
    });
    // It may read already: one that has connected does.
    this.startedReading();
  }

  startedReading(): void {
    this.#reading?.take(this.#fd);
  }

  /** Sends `bytes`, if nothing waits to be sent before them; returns those that are the socket's to send, if any. */
  send(bytes: Buffer): Buffer | null {
    const count = send!(this.#fd, bytes);
    // The socket tries again, and has the error.
    if (count < 0) return bytes;
    this.sent += count;
    return count === bytes.length ? null : bytes.subarray(count);
  }

  /** Data comes in Node's way from now on, if the handle is still open. */
  leave(): void {
    this.#reading?.leave(this.#handle.fd >= 0);
    this.#reading = undefined;
  }
}
