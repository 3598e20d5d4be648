import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { DirectHandle } from './direct-handle.ts';

/**
 * Node reads each chunk of a socket into 64 KiB of fresh memory, gives back what it did not need, and passes the
 * chunk through its stream: for small messages that is a third of the cost of receiving them. `net.connect` takes an
 * option `onread` that reads into one buffer instead, but a server's sockets cannot be given it. What the option does
 * is to set three fields of the socket and to tell its handle of the buffer, so that is done here, for both kinds of
 * socket. Where the fields are not as expected, a socket is read by its 'data' events: same results, at Node's price.
 *
 * The one buffer serves all sockets of a thread, because libuv reads and calls back in one go. (Not so on Windows,
 * where the system writes into the buffer while other things run.) So each chunk is copied out before anything else.
 *
 * Where the socket has a direct handle, its data comes that way. It gets the buffer all the same: a socket that has one
 * stops reading at once when it is paused.
 */
const SIZE = 64 * 1024;

interface ReadHandle {
  useUserBuffer(buffer: Uint8Array): void;
}

interface Fields {
  readonly buffer: symbol;
  readonly callback: symbol;
}

/** The socket's fields, found at the first socket; null if they are not there. */
let fields: Fields | null | undefined;
let shared: Buffer | undefined;

function findFields(socket: Socket): Fields | null {
  if (process.platform === 'win32') return null;
  const named = (name: string): symbol | undefined =>
    Object.getOwnPropertySymbols(socket).find(({ description }) => description === name);
  const buffer = named('kBuffer');
  const callback = named('kBufferCb');
  if (buffer === undefined || callback === undefined) return null;
  return { buffer, callback };
}

/** Calls `onChunk` with what `socket` receives, when Node polls for I/O; returns what ends that. */
export function readDirectly(
  socket: Socket,
  direct: DirectHandle | null,
  onChunk: (chunk: Buffer) => void,
): () => void {
  const handle = (socket as { _handle?: Partial<ReadHandle> | null })._handle;
  fields ??= findFields(socket);
  if (
    fields === null ||
    socket instanceof TLSSocket ||
    typeof handle?.useUserBuffer !== 'function' ||
    // Something has been received already.
    socket.readableLength > 0 ||
    (socket as unknown as Record<symbol, unknown>)[fields.buffer] !== null
  ) {
    socket.on('data', onChunk).resume();
    return () => void socket.off('data', onChunk);
  }
  shared ??= Buffer.allocUnsafeSlow(SIZE);
  const target = socket as unknown as Record<symbol, unknown>;
  target[fields.buffer] = shared;
  target[fields.callback] = (count: number, buffer: Buffer): boolean => {
    onChunk(copyOf(buffer, count));
    return true;
  };
  handle.useUserBuffer(shared);
  direct?.read(socket, onChunk);
  socket.resume();
  return () => direct?.leave();
}

function copyOf(buffer: Buffer, count: number): Buffer {
  const chunk = Buffer.allocUnsafe(count);
  buffer.copy(chunk, 0, 0, count);
  return chunk;
}
