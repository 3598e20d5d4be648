export { patchAll, type PatchOptions, unpatch } from './patch-all.ts';
export { type AnyFunction, getOriginal, isPatched, type PatchKind } from './patch-registry.ts';
export { blockWhileAlone } from './replacement.ts';
