export { AbortRequest, cancelledForSignals } from './abort-request.ts';
export { abortableFuture } from './abortable-future.ts';
export { unlessAborted } from './unless-aborted.ts';
