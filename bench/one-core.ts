// The cores of a virtual machine can differ by half, and a process mostly stays where it began. So that no contestant
// is lucky, the main threads of all run on one core: the last, because the first one is the one that devices
// interrupt. The other threads (collectors, compilers) go where they like, as they would in a program.

import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const core = String(availableParallelism() - 1);
/** Sets the core of one thread, by its id; a process's is that of its main thread. */
const canPin = spawnSync('taskset', ['--version']).status === 0;

/** For the head of the tables. */
export const where: string = canPin
  ? `main threads on core ${core}`
  : 'wherever the system puts them (no taskset)';

/** Call it when the process has made its other threads: those that come later inherit the core. */
export function pinMainThread(pid: number): void {
  if (canPin) spawnSync('taskset', ['--cpu-list', '--pid', core, String(pid)]);
}
