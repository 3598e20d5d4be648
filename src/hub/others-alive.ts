import { hasTasks } from '../task/index.ts';
import { type Fiber, parkers } from '../kernel/index.ts';
import { getLoop } from '../loop/index.ts';

/**
 * Whether a greenlet or task other than `fiber` is alive that could run while it is parked: one that waits, one that is
 * ready or has a time to start at, or a pending task. A greenlet that stands in a switch() does not count: nothing but
 * another switch resumes it.
 */
export function othersAlive(fiber: Fiber): boolean {
  const loop = getLoop();
  if (loop.readyCount > 0 || loop.timerCount > 0 || hasTasks(loop)) return true;
  for (const other of parkers) if (other !== fiber && other.parkedOn !== null) return true;
  return false;
}
