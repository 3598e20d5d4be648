export { type Addon, loadAddon } from './addon.ts';
export { asyncFrames } from './async-frame.ts';
export { type BatchedReading, batchedReads } from './batched-reads.ts';
export {
  DescriptorError,
  type DescriptorPoll,
  openPoll,
  READABLE,
  WRITABLE,
} from './descriptor-poll.ts';
export { directSend } from './direct-send.ts';
export { pipeOpener } from './open-pipe.ts';
export { promiseJobs } from './promise-jobs.ts';
