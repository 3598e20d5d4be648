export { Timeout, type TimeoutRaised, withTimeout, type WithTimeoutOptions } from './timeout.ts';
