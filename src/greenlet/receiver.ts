import { type Fiber, isError, mainFiber, peekError, writeValue } from '../kernel/index.ts';
import { GreenletExit } from '../errors/index.ts';

/**
 * Addresses the letter: the nearest fiber from `fiber` upwards that can take
 * it. A dead one passes it on to its parent; a pending one that would get an
 * error dies of it unstarted. GreenletExit that ends a greenlet arrives at the
 * parent as a value.
 *
 * @throws GreenletError for a pending one that has nothing to run
 */
export function addressee(fiber: Fiber): Fiber {
  let at = fiber;
  for (;;) {
    if (at.state === 'active') return at;
    if (at.state === 'pending') {
      if (!isError()) {
        at.prepare();
        return at;
      }
      at.state = 'dead';
    }
    if (isError() && peekError() instanceof GreenletExit) writeValue(peekError());
    at = at.parent ?? mainFiber;
  }
}
