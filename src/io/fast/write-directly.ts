import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { getSystemErrorName } from 'node:util';
import type { DirectHandle } from './direct-handle.ts';

/** Node's `WriteWrap`: stands for a write for as long as libuv has it. */
interface WriteRequest {
  buffer: Buffer;
  oncomplete(status: number): void;
}

interface WriteHandle {
  /** How many bytes the kernel has not taken yet. */
  readonly writeQueueSize: number;
  /**
   * Up to Node 25 the caller brings a request, and gets zero or the number of an error. Later ones are given none, and
   * return one if libuv has kept something.
   */
  writeBuffer(request: WriteRequest | null, bytes: Buffer): number | WriteRequest;
}

/** What a handle is given: requests of this class, or none. */
type Form = (new () => WriteRequest) | 'none';

/** Known as soon as a socket has written in its own way. */
let form: Form | undefined;

/**
 * A socket's `write` keeps a queue, calls back and asks for a tick, also when the kernel takes everything on the spot,
 * as it nearly always does: that is most of what it costs to send a small message. So while nothing waits in the
 * socket's own queue, bytes are given to its handle, which is what the socket does in the end. What the kernel does
 * not take stays with libuv, in one line with what the socket writes, so that the order is right whoever writes next,
 * and the socket's end waits for all of it.
 *
 * With a direct handle the kernel is asked first; the socket writes what it does not take.
 *
 * Where something is not as expected, or fails, the socket writes: same results, at Node's price and with its errors.
 */
export class DirectWriter {
  readonly #socket: Socket & { readonly _handle?: Partial<WriteHandle> | null };
  readonly #direct: DirectHandle | null;
  readonly #onWritten: () => void;
  /** As good as new until libuv has kept it. */
  #request: WriteRequest | undefined = undefined;
  /** How many bytes of these writes libuv has. */
  pending = 0;

  /** `onWritten` is called when the kernel has taken what it had not taken at once. */
  constructor(socket: Socket, direct: DirectHandle | null, onWritten: () => void) {
    this.#socket = socket;
    this.#direct = direct;
    this.#onWritten = onWritten;
  }

  /** Sends `bytes`, which must not be changed afterwards; returns those that the socket has to send, if any. */
  write(bytes: Buffer): Buffer | null {
    const socket = this.#socket;
    const handle = socket._handle;
    if (
      handle === null ||
      handle === undefined ||
      socket.writableLength > 0 ||
      socket.writableCorked > 0 ||
      !socket.writable ||
      // Every write has to put it off.
      (socket.timeout ?? 0) > 0
    ) {
      return bytes;
    }
    if (this.#direct !== null) return this.#direct.send(bytes);
    if (socket instanceof TLSSocket || !isWriteHandle(handle)) return bytes;
    return this.#give(handle, bytes) ? null : bytes;
  }

  #give(handle: WriteHandle, bytes: Buffer): boolean {
    if (form === undefined) {
      form = learnForm(this.#socket, handle, bytes, this.#onWritten);
      return true;
    }
    const given = form === 'none' ? null : (this.#request ??= new form());
    const result = handle.writeBuffer(given, bytes);
    if (result === 0) {
      if (given === null) return true;
    } else if (typeof result === 'number') {
      return false;
    }
    const waiting = handle.writeQueueSize;
    if (given !== null) {
      if (waiting > 0) this.#keep(given, bytes, waiting);
      return true;
    }
    // libuv has taken it up, and failed at once.
    if (waiting === 0) return false;
    this.#keep(result as WriteRequest, bytes, waiting);
    return true;
  }

  #keep(request: WriteRequest, bytes: Buffer, queued: number): void {
    this.#request = undefined;
    const waiting = Math.min(queued, bytes.length);
    this.pending += waiting;
    // The memory has to stay for as long as libuv reads it.
    request.buffer = bytes;
    request.oncomplete = (status): void => {
      this.pending -= waiting;
      // A socket that is destroyed has its error already, if there was one.
      if (status < 0 && !this.#socket.destroyed) this.#socket.destroy(writeError(status));
      this.#onWritten();
    };
  }
}

function isWriteHandle(handle: Partial<WriteHandle>): handle is WriteHandle {
  return typeof handle.writeBuffer === 'function' && typeof handle.writeQueueSize === 'number';
}

/** Lets the socket write, and looks at what it gives to its handle; undefined if it gave nothing. */
function learnForm(
  socket: Socket,
  handle: WriteHandle,
  bytes: Buffer,
  onWritten: () => void,
): Form | undefined {
  let found: Form | undefined;
  const { writeBuffer } = handle;
  handle.writeBuffer = (request, data): number | WriteRequest => {
    found = request === null ? 'none' : (request.constructor as Form);
    return writeBuffer.call(handle, request, data);
  };
  try {
    socket.write(bytes, onWritten);
  } finally {
    // It hid the one of the handle's class.
    delete (handle as Partial<WriteHandle>).writeBuffer;
  }
  return found;
}

function writeError(status: number): Error {
  const code = getSystemErrorName(status);
  return Object.assign(new Error(`write ${code}`), { errno: status, code, syscall: 'write' });
}
