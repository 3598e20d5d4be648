import { InvalidStateError } from '../../errors/index.ts';
import type { BufferedProtocol } from './protocol.ts';

/** Puts as much of a chunk as it has room for into the memory of a protocol; returns how much that was. */
export function fillBuffer(protocol: BufferedProtocol, chunk: Buffer): number {
  const buffer = protocol.getBuffer(chunk.length);
  if (buffer.length === 0) {
    throw new InvalidStateError('getBuffer() returned no room; return at least one byte');
  }
  const count = Math.min(buffer.length, chunk.length);
  buffer.set(chunk.subarray(0, count));
  return count;
}
