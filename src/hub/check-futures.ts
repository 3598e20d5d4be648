import { describe, InvalidArgumentError } from '../errors/index.ts';
import { Future } from '../future/index.ts';

/**
 * A list, and no future: that is iterable, for `yield*`, and would be taken for a list of itself. So TypeScript refuses
 * `joinAll(spawn(work))`; write `joinAll([spawn(work)])`.
 */
export type ListOf<T> = Iterable<T> & { readonly addDoneCallback?: never };

/** The futures of a list, each once. @throws InvalidArgumentError that names the first that is none */
export function checkFutures<F extends Future>(futures: Iterable<F>, what: string): Set<F> {
  const all = checkList(futures, what);
  for (const future of all) {
    if (!((future as unknown) instanceof Future)) {
      throw new InvalidArgumentError(
        `Expected \`${what}\` to hold greenlets, tasks or other futures, got ${describe(future)}`,
      );
    }
  }
  return all;
}

/** What a list of greenlets holds, each once. @throws InvalidArgumentError if it is none */
export function checkList<G>(list: Iterable<G>, what: string): Set<G> {
  // A future is iterable, for `yield*`, and would be taken for a list of itself.
  if (list instanceof Future) {
    throw new InvalidArgumentError(
      `Expected \`${what}\` to be a list, got ${describe(list)}; put it into one: [${what.replace(/s$/, '')}]`,
    );
  }
  if (typeof (list as Iterable<G> | null | undefined)?.[Symbol.iterator] !== 'function') {
    throw new InvalidArgumentError(
      `Expected \`${what}\` to be a list of greenlets, got ${describe(list)}`,
    );
  }
  return new Set(list);
}
