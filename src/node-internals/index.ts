export { findStreamHandle, holdsHandle, type StreamHandle } from './stream-handle.ts';
