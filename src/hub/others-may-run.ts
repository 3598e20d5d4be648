import type { EventEmitter } from 'node:events';
import { hasTasks } from '../task/index.ts';
import { type Fiber, parkers } from '../kernel/index.ts';
import { getLoop } from '../loop/index.ts';

let servers = 0;

/** Counts `server`, whose events start greenlets, tasks or calls of protocols, until it is closed. */
export function countServer(server: EventEmitter): void {
  servers++;
  server.once('close', () => servers--);
}

/**
 * Whether anyone else could run while `fiber` is parked: a greenlet or task that waits, is ready, or has a time to
 * start at, or those that a server of ours starts for who connects. A greenlet that stands in a switch() does not count:
 * nothing but another switch resumes it. Nor do callbacks of Node's.
 */
export function othersMayRun(fiber: Fiber): boolean {
  const loop = getLoop();
  if (servers > 0 || loop.readyCount > 0 || loop.timerCount > 0 || hasTasks(loop)) return true;
  for (const other of parkers) if (other !== fiber && other.parkedOn !== null) return true;
  return false;
}
