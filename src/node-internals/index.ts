export { type AsyncFrames, findAsyncFrames } from './async-context-frame.ts';
export { type AsyncWrap, findAsyncWrap } from './async-wrap.ts';
export { findBufferClass } from './fast-buffer.ts';
export { findModuleLoader, type ModuleLoader } from './module-loader.ts';
export { findOwnWarning } from './own-warnings.ts';
export { findRawSocket } from './raw-socket.ts';
export { findRefusedInput } from './refused-input.ts';
export { findNodeFrame } from './stack-frames.ts';
export { findStreamHandle, holdsHandle, type StreamHandle } from './stream-handle.ts';
