// Imported, because the global of that name is a getter.
import { Buffer } from 'node:buffer';
import { describe, InvalidArgumentError } from '../../errors/index.ts';

/** Bytes as a Buffer: the same memory; text as UTF-8. */
export function toBuffer(data: Uint8Array | string, what: string): Buffer {
  if (Buffer.isBuffer(data)) return data;
  if (typeof data === 'string') return Buffer.from(data);
  if (data instanceof Uint8Array) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  throw new InvalidArgumentError(
    `Expected \`${what}\` to be a Buffer, a Uint8Array or a string, got ${describe(data)}`,
  );
}
