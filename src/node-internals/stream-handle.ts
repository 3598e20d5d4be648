import type { Socket } from 'node:net';

/**
 * `socket._handle`: Node's `TCP` or `Pipe`, which stands between a socket and libuv's stream.
 *
 * Without it data cannot go past Node's stream: connections are slower and do the same, as without the addon.
 */
export interface StreamHandle {
  /** Negative when it is closed. */
  readonly fd: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Whether its socket has told it to read. Node's, which starts a handle only if it is not true. */
  reading: boolean | undefined;
  /** Zero, or the number of an error. */
  readStart(): number;
  readStop(): number;
}

type WithHandle = Socket & { readonly _handle?: Partial<StreamHandle> | null };

/** The open handle of `socket`, if it is of a known kind. */
export function findStreamHandle(socket: Socket): StreamHandle | undefined {
  const handle = (socket as WithHandle)._handle ?? undefined;
  return handle !== undefined && isStreamHandle(handle) && handle.fd >= 0 ? handle : undefined;
}

/** Whether `handle` is still the one of `socket`: `child.send(…, socket)` takes it out of one that is not destroyed. */
export function holdsHandle(socket: Socket, handle: StreamHandle): boolean {
  return (socket as WithHandle)._handle === handle;
}

function isStreamHandle(handle: Partial<StreamHandle>): handle is StreamHandle {
  const { name } = handle.constructor;
  return (
    (name === 'TCP' || name === 'Pipe') &&
    typeof handle.fd === 'number' &&
    typeof handle.bytesRead === 'number' &&
    typeof handle.bytesWritten === 'number' &&
    (handle.reading === undefined || typeof handle.reading === 'boolean') &&
    typeof handle.readStart === 'function' &&
    typeof handle.readStop === 'function'
  );
}
