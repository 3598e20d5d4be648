import fs from 'node:fs';
import { begin, finish, type Outcome } from './callback-wait.ts';
import { isDescriptor } from './fs-arguments.ts';

/** How much is asked for at a time. */
const CHUNK = 64 * 1024;

const read = fs.read as (...args: unknown[]) => void;

/**
 * `readFileSync(fd[, options])`: reads from where the descriptor stands to its end, parking between the pieces. So
 * `readFileSync(0)` waits for standard input without holding up anyone. Null, with nothing read, where Node should
 * do it: if the arguments are unusual, or the first read fails.
 */
export function readDescriptor(args: readonly unknown[]): Outcome | null {
  const [fd, options] = args;
  const encoding = plainEncoding(options);
  if (!isDescriptor(fd) || encoding === null) return null;
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const { error, result } = readInto(fd, chunk);
    if (error !== null && error !== undefined) return chunks.length > 0 ? { error, result } : null;
    if (result === 0) break;
    chunks.push(chunk.subarray(0, result as number));
  }
  const bytes = Buffer.concat(chunks);
  return { error: null, result: encoding === 'buffer' ? bytes : bytes.toString(encoding) };
}

function readInto(fd: number, chunk: Buffer): Outcome {
  return finish(begin((callback) => read(fd, chunk, 0, chunk.length, null, callback)));
}

/** The encoding that is asked for, where nothing else is; null for options that only Node may judge. */
function plainEncoding(options: unknown): BufferEncoding | 'buffer' | null {
  if (typeof options !== 'object' || options === null) return knownEncoding(options);
  for (const key in options) if (key !== 'encoding') return null;
  return knownEncoding((options as { encoding?: unknown }).encoding);
}

function knownEncoding(encoding: unknown): BufferEncoding | 'buffer' | null {
  if (encoding === undefined || encoding === null) return 'buffer';
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : null;
}
