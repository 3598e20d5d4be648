import { InvalidStateError } from '../errors/index.ts';
import type { BufferedProtocol } from './protocol.ts';

/** Puts a chunk into the memory of a protocol, piece by piece if that is smaller. */
export function feedBuffered(protocol: BufferedProtocol, chunk: Buffer): void {
  let rest = chunk;
  while (rest.length > 0) {
    const buffer = protocol.getBuffer(rest.length);
    if (buffer.length === 0) {
      throw new InvalidStateError('getBuffer() returned no room; return at least one byte');
    }
    const count = Math.min(buffer.length, rest.length);
    buffer.set(rest.subarray(0, count));
    protocol.bufferUpdated(count);
    rest = rest.subarray(count);
  }
}
