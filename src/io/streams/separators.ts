import { describe, InvalidArgumentError } from '../../errors/index.ts';
import { toBuffer } from '../transport/to-buffer.ts';

/** What ends a piece of a stream; text as UTF-8. */
export type Separator = string | Uint8Array;

/**
 * One or several separators as Buffers, the shortest first.
 *
 * @throws InvalidArgumentError if there are none, or an empty one
 */
export function toSeparators(separator: Separator | readonly Separator[]): Buffer[] {
  const list = Array.isArray(separator)
    ? (separator as readonly Separator[])
    : [separator as Separator];
  const buffers = list.map((one) => toBuffer(one, 'separator'));
  if (buffers.length === 0 || buffers.some(({ length }) => length === 0)) {
    throw new InvalidArgumentError(
      `Expected \`separator\` to be at least one byte, or a list of such, got ${describe(separator)}`,
    );
  }
  return buffers.toSorted((a, b) => a.length - b.length);
}
