export {
  type AnyFunction,
  getOriginal,
  isPatched,
  patchAll,
  type PatchKind,
  type PatchOptions,
  unpatch,
} from '../monkey/index.ts';
