import { describe, InvalidArgumentError } from '../errors/index.ts';
import { Future } from '../future/index.ts';

/** The futures of a list, each once. @throws InvalidArgumentError that names the first that is none */
export function checkFutures<F extends Future>(futures: Iterable<F>, what: string): Set<F> {
  const iterable = futures as Iterable<F> | null | undefined;
  if (typeof iterable?.[Symbol.iterator] !== 'function') {
    throw new InvalidArgumentError(
      `Expected \`${what}\` to be a list of greenlets, got ${describe(futures)}`,
    );
  }
  const all = new Set(futures);
  for (const future of all) {
    if (!((future as unknown) instanceof Future)) {
      throw new InvalidArgumentError(
        `Expected \`${what}\` to hold greenlets, tasks or other futures, got ${describe(future)}`,
      );
    }
  }
  return all;
}
