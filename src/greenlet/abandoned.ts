// A suspended greenlet that nobody can reach any more is unwound: GreenletExit
// is thrown in it, so that its `finally` blocks run. Semantics: python-greenlet,
// where dropping the last reference does it; here the collector finds out.

import { getLoop } from '../loop/index.ts';
import {
  currentFiber,
  type Fiber,
  mainFiber,
  readResult,
  transfer,
  writeError,
} from '../kernel/index.ts';
import { GreenletExit } from '../errors/index.ts';

/**
 * Weakly, because a fiber leads to its parent's function, if that has not started, and that may lead to the
 * object that is watched. A suspended fiber is kept alive by its own stack.
 */
const registry = new FinalizationRegistry<WeakRef<Fiber>>((known) => {
  const fiber = known.deref();
  if (fiber?.state !== 'active') return;
  // It runs, or the loop will resume it: it is not suspended for good yet.
  if (fiber === currentFiber() || fiber.parkedOn !== null) fiber.abandoned = true;
  else getLoop().callSoon(unwind, fiber);
});

/** Begins to watch a greenlet's object, when it starts. */
export function watchAbandoned(greenlet: object, fiber: Fiber): void {
  fiber.abandoned = false;
  registry.register(greenlet, new WeakRef(fiber));
}

/** To be called when `fiber` suspends itself by a switch. */
export function leaveAbandoned(fiber: Fiber): void {
  if (fiber.abandoned) getLoop().callSoon(unwind, fiber);
}

/** Runs on the main stack, which stands in for the parent. */
function unwind(fiber: Fiber): void {
  if (fiber.state !== 'active') return;
  // Meanwhile the end of a child has resumed it: it may have begun a wait, or made itself known again.
  if (fiber.parkedOn !== null) fiber.abandoned = true;
  if (fiber.parkedOn !== null || fiber.view?.deref() !== undefined) return;
  const { parent } = fiber;
  fiber.parent = mainFiber;
  writeError(new GreenletExit('The greenlet was unreachable and is unwound'));
  try {
    transfer(fiber);
    readResult();
  } catch (error) {
    // Nobody is there to catch it; Python calls this "unraisable" and prints it.
    process.emitWarning(
      `An unreachable greenlet failed while it was unwound: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      'GreenroomWarning',
    );
  }
  if (fiber.state === 'active') fiber.parent = parent;
}
