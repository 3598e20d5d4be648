export { type Addon, loadAddon } from './addon.ts';
export { type AsyncFrames, asyncFrames } from './async-frame.ts';
export { promiseJobs } from './promise-jobs.ts';
