export { BlockingSwitchOutError } from './blocking-switch-out-error.ts';
export { GreenletTask, type KillOptions, spawn } from './greenlet-task.ts';
export { type JoinOptions, joinAll, killAll } from './join.ts';
export { LoopExit } from './loop-exit.ts';
export { main } from './main.ts';
export { inGreenlet } from './park.ts';
export { sleep } from './sleep.ts';
export type { WaitOptions } from './limited.ts';
export { wait } from './wait.ts';
