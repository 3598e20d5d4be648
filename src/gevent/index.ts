export { Timeout, withTimeout, type WithTimeoutOptions } from './timeout.ts';
